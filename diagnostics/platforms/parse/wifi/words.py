"""Words of values that Windows translates. Labels are never read; these few values have no shape.

Stems in lower case, as `netsh wlan` prints them in its languages; acronyms (WPA2, WEP, CCMP,
OWE, SAE) stand untranslated everywhere.
"""

from __future__ import annotations

PERSONAL = (
    "person", "perso", "psk", "sae", "privat", "pessoal", "個人", "个人", "개인",
    "パーソナル", "личн", "личен", "персон", "особист", "osob", "kişisel", "kisisel", "شخص",
    "אישי", "henkilö", "személyes", "προσωπ", "cá nhân", "ส่วนบุคคล", "asmen", "isikli", "व्यक्तिगत",
)  # fmt: skip
ENTERPRISE = (
    "enterpr", "entrepr", "empres", "corporat", "企业", "企業", "엔터프라이즈", "기업",
    "エンタープライズ", "корпорат", "предприят", "підприєм", "kuruluş", "kurulus", "kurumsal",
    "przedsiębiorst", "przedsiebiorst", "firm", "aziend", "unternehm", "ondernem", "bedrijf",
    "podnik", "företag", "virksomhed", "bedrift", "yritys", "vállalat", "επιχείρ", "επιχειρ",
    "مؤسس", "ארגונ", "întreprind", "doanh nghiệp", "องค์กร", "įmon", "ettevõt", "tvrtk", "802.1x",
    "eap",
)  # fmt: skip
#: Of the radio switch; "on" is whatever is not here.
OFF = (
    "off", "aus", "désactiv", "arrêt", "desactiv", "apag", "inactiv", "disattiv", "desligad",
    "オフ", "关", "關", "끄기", "끔", "выкл", "откл", "wył", "kapal", "uit", "av",
    "fra", "pois", "vypn", "ki", "ανενεργ", "إيقاف", "כבוי", "tắt", "ปิด", "вимк", "isključ",
)  # fmt: skip
#: Of the interface's state; every other word without a network means "not joined".
JOINING = (
    "authenticat", "associat", "authentifizi", "authentif", "autentic", "autent", "associa",
    "関連付け", "認証中", "正在", "연결 중", "проверк", "сопоставл", "uwierzyteln", "doğrula",
)  # fmt: skip
