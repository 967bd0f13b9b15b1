"""Keys for programs: made, narrowed to scopes, ended, and told when they were last used."""
