"""A site that any generator built, checked and finished without MkDocs: `python -m writing finish SITE`.

| step | module |
| --- | --- |
| settings, addresses and posts are read, in the terms in which steps ask MkDocs for them | source.py |
| headers are checked; every number, sentence and table of every built page is compared | finish.py |
| posts, listings and labs' pages are rendered by the blocks of `overrides/` | templates.py |
| what is around the content is kept, but for title, sheets, scripts that are not the generator's | frame.py |
| every link, image and id of the finished site is looked up | links.py |
| pages, stylesheet, feeds, sitemap, cards and Markdown copies are written | finish.py |

Nothing is written before everything is found right.
"""
