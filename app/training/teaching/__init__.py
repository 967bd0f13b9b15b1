"""What a big model adds to datasets: its answers to approved questions, and other wordings of them."""
