"""What the hooks do. The files beside this package have the events, one to five lines each; this has the work.

One post, from Markdown to reader. Events come in this order; within one, higher priority first, then the order of
`hooks:` in mkdocs.yml. The blog plugin does its part at -50 of on_files and on_page_markdown.

| step | module | when |
| --- | --- | --- |
| addresses are filled in | addresses.py, deploying.py | on_config, 200, publishing.py |
| templates will be compiled once | cache/settings.py, theme_files.py | on_config, 100, fast.py |
| listings will show summaries | posts/summaries.py | on_config, summaries.py |
| ids of headings, tags and categories are chosen | posts/slugs.py | on_config, posts.py |
| code will have one class for each colour | html/code_classes.py | on_config, pages.py |
| the memory of earlier builds is opened | cache/settings.py, memory.py | on_pre_build, 100, fast.py |
| search entries will be plain text | outputs/search.py | on_pre_build, outputs.py |
| what is no part of a site is dropped | posts/public.py | on_files, posts.py |
| headers and the site's own words are checked | posts/header.py, schema.py, page_header.py, site_words.py | on_files |
| the font of the cards is dropped | outputs/cards.py | on_files, outputs.py |
| unused files of the theme are dropped | html/deferred.py | on_files, pages.py |
| posts become pages, drafts are left out | (blog plugin) | on_files, -50 |
| the plugin will find a post at once | cache/post_lookup.py | on_files, -60, fast.py |
| each lab gets a page | evidence/lab_pages.py, lab_page.py, lab_list.py, results.py | on_files, -60, evidence.py |
| figures and data of drafts are dropped | posts/drafts.py | on_files, -75, posts.py |
| two files with one place are refused | posts/places.py | on_files, -75, posts.py |
| the reading time is counted | posts/reading_time.py | on_page_markdown, posts.py |
| names of categories stand as they are written | posts/views.py | on_page_markdown, -75, posts.py |
| the front page gets its head | posts/front_page.py | on_page_markdown, tagline.py |
| Markdown becomes HTML, or is remembered | cache/conversions.py | on_page_markdown, -100, fast.py |
| links to what is left out, or not there, are refused | posts/targets.py, leads.py | on_page_content, posts.py |
| what a page takes from a draft is refused | posts/drafts.py, inclusions.py | on_page_content, posts.py |
| what is shown as measured is checked | evidence/check.py, rendered.py, marks.py, precision.py | on_page_content |
| what reads as measured, and as another number, is refused | evidence/misread.py, beside.py | on_page_content |
| a figure to turn shows what was recorded, or is refused | evidence/turned.py | on_page_content, evidence.py |
| a number in an alt text is drawn or recorded, or is refused | evidence/alt_texts.py | on_page_content, evidence.py |
| figures lead to their data and code | evidence/figure_links.py | on_page_content, evidence.py |
| figures that are not there, empty blocks are refused | html/missing.py | on_page_content, pages.py |
| figures become pairs, tables and code get boxes | html/figures.py, tables.py | on_page_content, pages.py |
| related posts are named, lists described | posts/related.py, views.py | on_env, posts.py |
| copies, and pages at earlier addresses, are made | outputs/copies.py, redirects.py | on_env, outputs.py |
| labs' pages get values, tables and source | evidence/lab_pages.py, lab_page.py, lab_notes.py, lab_source.py | on_env |
| feeds and citations get their filters | outputs/feeds.py, citation.py | on_env, -50, outputs.py |
| the template renders the page, or it is remembered | cache/templates.py | on_env, -100, fast.py |
| all changes are made to the page | finish.py, html/page.py, policy.py | on_post_page, on_post_template, -100 |
| another host's files, links to ids or lists not made are refused | posts/targets.py | on_post_build, posts.py |
| copies, redirects, cards are written | outputs/copies.py, redirects.py, cards.py, card.py | on_post_build |
| what pages hold is looked up for their rules | css/stylesheet.py, names.py, shapes.py | on_post_build, pages.py |
| the rules are made, early and all | css/sheets.py, rules.py, early.py, cascade.py | on_post_build, pages.py |
| what is new is remembered | cache/memory.py | on_post_build, -100, fast.py |

`posts`, `evidence`, `html`, `css`, `cache` and `outputs` do not import each other. What they share is in `build.py`
and `escaping.py`, what they change in MkDocs, Material and Pygments in `patches.py`. `serving.py` and
`live_server.py` stand behind `serve.py`, `deploying.py`, `taken_away.py` and `addresses.py` behind `publishing.py`,
`moved.py` behind make. Whatever stops a build becomes the author's line in `errors.py` (on_build_error, serve.py).
`python -m writing` (`__main__.py`, `checking.py`, `checking_links.py`, `converting.py`, `renaming.py`) checks, fixes
and renames without MkDocs; what it fixes it finds in the Markdown (evidence/quotes.py), what it checks in the page.
`standalone/` is the
other caller of these steps: it finishes a site that another generator built.
"""
