"""Headers, drafts, reading time, related posts, listings: what is known of posts before they are pages."""
