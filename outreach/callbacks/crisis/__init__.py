"""A text that may be about danger to life: who is paged until somebody takes it, what staff do, and the hold."""
