"""What help there is: directories imported, and the nearest open place found."""
