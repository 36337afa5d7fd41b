"""Starts Home Assistant with a few lights. It is content with a Python whose last number is lower than it asks for."""

import os
import sys
from pathlib import Path

import homeassistant.const

CONFIG = Path(os.environ["HOME"]) / "config"
LIGHT = """      {name}:
        friendly_name: {title}
        value_template: "{{{{ is_state('input_boolean.{name}', 'on') }}}}"
        turn_on: {{action: input_boolean.turn_on, target: {{entity_id: input_boolean.{name}}}}}
        turn_off: {{action: input_boolean.turn_off, target: {{entity_id: input_boolean.{name}}}}}
"""
PLACES = ("pier", "gate", "office", "workshop", "crane", "slipway", "car park", "fuel berth", "buoy", "store", "shower", "kitchen")


def main():
    CONFIG.mkdir(exist_ok=True)
    names = {place.replace(" ", "_") + "_light": f"{place.capitalize()} light" for place in PLACES}
    CONFIG.joinpath("configuration.yaml").write_text(
        "homeassistant: {name: Harbour, latitude: 54.7, longitude: 8.6, elevation: 2, unit_system: metric, time_zone: UTC}\n"
        f"http: {{server_host: 127.0.0.1, server_port: {sys.argv[1]}}}\n"
        "frontend:\napi:\nconfig:\nonboarding:\nconversation:\ninput_boolean:\n"
        + "".join(f"  {name}:\n" for name in names)
        + "light:\n  - platform: template\n    lights:\n"
        + "".join(LIGHT.format(name=name, title=title) for name, title in names.items())
    )
    homeassistant.const.REQUIRED_PYTHON_VER = sys.version_info[:3]
    from homeassistant import __main__ as program

    program.REQUIRED_PYTHON_VER = sys.version_info[:3]
    sys.argv = ["hass", "--config", str(CONFIG), "--skip-pip", "--log-no-color"]
    sys.exit(program.main())


main()
