"""Several questions in one turn: told apart, looked up and answered each on its own."""
