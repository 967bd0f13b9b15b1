"""Canned replies: sentences said often, personal or everybody's, with variables, found by pinyin initials."""
