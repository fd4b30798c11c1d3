"""The policy names the scripts that are there and no other."""

from __future__ import annotations

from content_security import protected, source_hash

HEAD = '<!doctype html><html><head><meta charset="utf-8"><title>x</title></head><body>{}</body></html>'


def test_the_hash_is_the_one_a_browser_computes():
    assert source_hash("alert('Hello, world.');") == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"


def test_each_inline_script_is_allowed_once_and_data_is_not_a_script():
    html = HEAD.format(
        '<script>a</script><script>a</script><script src="b.js"></script><script type="application/ld+json">{}</script>'
    )
    policy = protected(html).split('content="')[1].split('"')[0]
    assert policy.count("sha256-") == 1
    assert source_hash("a") in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


def test_the_policy_stands_before_anything_it_governs():
    html = protected(HEAD.format("<script>a</script>"))
    assert html.index("Content-Security-Policy") < html.index("<title>")
