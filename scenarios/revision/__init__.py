"""What the list of changes of this edition says, and what it forgot to say."""
