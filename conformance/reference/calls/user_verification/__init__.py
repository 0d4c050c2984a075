"""User verification section: the level a user has reached, and the withdrawn validator call."""
