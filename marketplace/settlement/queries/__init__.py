"""What is owed, and on what terms. Others import from the modules of this folder."""
