"""The cabinet's end of the wire: the journal and the post that empties it."""
