"""E-mail to staff: every mail is a row first, sent by a job and kept until a mail server has taken it."""
