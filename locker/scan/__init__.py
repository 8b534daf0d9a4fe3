"""Eyes: grey frames in, the texts of QR codes out, in a child process of their own."""
