"""What the tests about the tree itself share: the files that are ours, and the rooms with what each may know."""
