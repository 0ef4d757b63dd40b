"""Take back: what a scan at the desk brings into the return, and what the clerk is told about it."""

import msgspec
from flask import Blueprint, Response, render_template

from edge.app.board import read_board
from edge.app.hub import Hub
from edge.app.return_lines import Returnable, returnable_lines
from edge.domain.errors import BadGtin
from edge.domain.facts_pickup import Condition
from edge.domain.money import DIGITS
from edge.domain.product import gtin14
from kiosk_ui.staff.answers import Problem, answer, asked, refused_act
from kiosk_ui.staff.frame import Desk, money, page
from kiosk_ui.staff.words import WORDS, choices
