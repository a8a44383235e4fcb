"""The provider profile that the program under test gets: what is sold and where to measure."""

from __future__ import annotations

from tests.sim import atlas
from tests.sim.scenario import Plan

PATH = "/etc/firsthop/provider.toml"
DESK_URL = "https://desk.lab-isp.example"


def text(plan: Plan) -> str:
    """The profile as TOML; it tells the plan as sold and nothing of the fault."""
    return f"""\
[brand]
name = "Lab Telecom"
app_name = "Lab Telecom Helper"

[support]
phone = "+33 1 70 18 00 00"
chat_url = "https://support.lab-isp.example/chat"
email = "help@lab-isp.example"
hours = "every day 8-22"
help_centre_url = "https://support.lab-isp.example/"
status_url = "https://selfcare.lab-isp.example/status"

[plan]
down_mbps = {plan.down_mbps}
up_mbps = {plan.up_mbps}
technology = "{plan.technology}"
rtt_ms = {plan.rtt_ms}

[targets]
anchors = ["1.1.1.1", "8.8.8.8", "9.9.9.9"]
sites = ["https://www.wikipedia.org/", "https://www.google.com/", "https://www.microsoft.com/", \
"https://www.bbc.co.uk/"]
resolvers = ["9.9.9.9", "1.1.1.1"]
provider_resolvers = ["{atlas.PROVIDER_RESOLVER}"]
ntp = ["pool.ntp.org"]
portal = [
  {{ url = "http://connectivitycheck.gstatic.com/generate_204", status = 204, body = "" }},
  {{ url = "http://www.msftconnecttest.com/connecttest.txt", status = 200, \
body = "Microsoft Connect Test" }},
]

[[speed]]
kind = "http"
where = "isp"
download_url = "http://speed.lab-isp.example/download"
upload_url = "http://speed.lab-isp.example/upload"

[[speed]]
kind = "http"
where = "outside"
download_url = "http://speed.transit.example/download"
upload_url = "http://speed.transit.example/upload"

[[voice]]
host = "speed.lab-isp.example"
where = "isp"

[desk]
url = "{DESK_URL}"
identity = ["anonymous"]
"""
