"""What families and staff say to each other: which texts wait for a person, who has them, what staff answer."""
