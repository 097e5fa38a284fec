"""The site map of the forum."""

from flask import Flask

from core import menus
from forum import dates, demo, slots, telling, upkeep
from forum.answers.views import pages as answers
from forum.boards.views import pages as boards
from forum.bookmarks.views import pages as bookmarks
from forum.drafts import service as drafts
from forum.feeds.views import pages as feeds
from forum.leaving import service as leaving
from forum.lists.views import pages as lists
from forum.moderation.staff import pages as moderation
from forum.moderation.views import pages as reports
from forum.notifications import service as notifications
from forum.notifications.views import pages as following
from forum.own.views import pages as own
from forum.people.views import pages as people
from forum.search import service as search
from forum.search.views import pages as search_pages
from forum.topics import marks
from forum.topics.drafting import pages as drafting
from forum.topics.polling import pages as polling
from forum.topics.views import pages as topics
from forum.topics.writing import pages as writing

plant = demo.plant


def register(app: Flask) -> None:
    """Give the program the pages of this area."""
    app.register_blueprint(boards)  # /forum/, /forum/<board>
    app.register_blueprint(lists)  # /forum/topics/latest, …/unread, /forum/read
    app.register_blueprint(topics)  # /forum/t/<id>/<slug>, …/<number>, …/unread
    app.register_blueprint(writing)  # /forum/<board>/new, /forum/t/…/reply, /forum/t/…/<number>/edit
    app.register_blueprint(polling)  # /forum/t/…/poll, …/poll/close
    app.register_blueprint(drafting)  # /forum/…/draft, /account/forum/drafts
    app.register_blueprint(bookmarks)  # /forum/t/…/<number>/bookmark, /account/forum/bookmarks
    app.register_blueprint(answers)  # /forum/t/…/<number>/answer
    app.register_blueprint(search_pages)  # /forum/search
    app.register_blueprint(feeds)  # /forum/feed.atom, /forum/<board>/feed.atom
    app.register_blueprint(reports)  # /forum/report/<topic>/<number>
    app.register_blueprint(following)  # /forum/follow/<topic>
    app.register_blueprint(own)  # /account/forum
    app.register_blueprint(people)  # /u/<name>
    app.register_blueprint(moderation)  # /staff/reports, /staff/posts/…, /staff/topics/…
    for part in (search, notifications, marks, drafts, leaving):
        part.listen()
    app.add_template_filter(dates.when)
    menus.add("main", "Forum", "/forum/", rank=30)
    slots.fill()
    telling.tell()
    upkeep.install(app)
