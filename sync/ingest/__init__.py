"""The server's end of the wire: takes facts in, keeps them, and answers only for what is committed."""
