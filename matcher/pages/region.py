"""A new region, step by step: a text, a draft, twenty calls to label, the list and the folder."""

from matcher import ui, ui_region, ui_region_field, ui_region_try

ui.header(ui.say("region.title"), lead=ui.say("region.lead"))
with ui.errors():
    ui_region_try.written()
    begun = ui_region.current()
    step = ui_region.steps(begun)
    if begun is None or step == "text":
        ui_region.text(begun)
    elif step == "draft":
        ui_region_field.draft(begun)
    elif step == "label":
        ui_region_try.label(begun)
    else:
        ui_region_try.listed(begun)
