"""What may be published of a wave: groups of people none of whom can be told apart, proven by a second count. Pure."""
