"""BYD-12: the blackout drill cuts power and link at every step of a sale, and counts what was lost or doubled."""
