"""The survey's table sorts and filters, by mouse and by keyboard, and is a plain table without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

ADDRESS = "posts/agent-design-space/"


def read(page: Page, address: str) -> None:
    """Open a page and begin to read: its scripts come."""
    page.goto(address)
    page.mouse.wheel(0, 300)
    page.wait_for_function("() => typeof component$ === 'object'")


def column(page: Page, number: int) -> list[str]:
    """The texts of a column's rows that can be seen."""
    return page.locator(f".sortable tbody tr:visible td:nth-child({number})").all_inner_texts()


def test_it_sorts_by_a_head_up_and_down_and_says_so(page: Page, real_site: str):
    read(page, real_site + ADDRESS)
    head = page.locator(".sortable th").first
    before = column(page, 1)
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    up = column(page, 1)
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    down = column(page, 1)
    assert sorted(before) == sorted(up)
    assert up == sorted(up, key=lambda name: name.casefold().replace("_", "\1").replace("-", "\2"))
    assert down == up[::-1]


def test_it_filters_by_words_and_counts(page: Page, real_site: str):
    read(page, real_site + ADDRESS)
    everything = column(page, 1)
    page.get_by_label("Filter").fill("aider")
    expect(page.locator(".sortable__count")).to_have_text(f"1 of {len(everything)} rows")
    assert ["aider" in name.lower() for name in column(page, 1)] == [True]
    page.get_by_label("Filter").fill("")
    assert column(page, 1) == everything


def test_it_is_a_plain_table_without_a_script(browser: Browser, real_site: str):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(real_site + ADDRESS)
    assert page.locator(".sortable tbody tr").count() > 30
    assert page.locator(".sortable button").count() == 0
    context.close()


@pytest.mark.parametrize("address", ["", "posts/agent-loop/"])
def test_its_script_comes_to_a_reader_where_it_is_needed_and_nowhere_else(page: Page, real_site: str, address: str):
    read(page, real_site + address)
    assert page.locator("script[src*='table.js']").count() == 0
    read(page, real_site + ADDRESS)
    assert page.locator("script[src*='table.js']").count() == 1
