"""Ideas: calls for a project idea somebody pastes, with the words that count and the English behind them."""

from matcher import ui, ui_bridge, ui_ideas

ui.header(ui.say("ideas.title"), lead=ui.say("ideas.lead"))
idea = ui_ideas.ask()
if idea is not None:
    answer, side = ui_ideas.places()
    with side, ui.errors():
        used = ui_bridge.panel(idea)
    with answer:
        ui_ideas.answer(idea, used)
