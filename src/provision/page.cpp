// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "provision/page.hpp"

#include <array>

namespace linnet::provision {

namespace {

constexpr std::string_view kHead =
    "<!doctype html><html lang=en><meta charset=utf-8>"
    "<meta name=viewport content=\"width=device-width,initial-scale=1\">"
    "<meta name=color-scheme content=\"light dark\"><style>"
    ":root{--b:#f3f5f8;--c:#fff;--t:#171b21;--m:#59636f;--l:#d3d9e0;--a:#0a58ca;--o:#fff;"
    "--e:#b3261e;--f:#fdecea;--g:#146c2e}"
    "@media(prefers-color-scheme:dark){:root{--b:#0f1216;--c:#1a1f26;--t:#edf1f5;--m:#9aa6b2;"
    "--l:#353f4a;--a:#84b6ff;--o:#08182e;--e:#ffb4ab;--f:#3b1a18;--g:#7fd89a}}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--b);color:var(--t);font:17px/1.5 system-ui,sans-serif}"
    "main{max-width:27rem;margin:auto;padding:2rem 1rem}"
    "h1{font-size:1.6rem;line-height:1.2;margin:0 0 .3rem}p{margin:.3rem 0 1rem}"
    "small,footer{color:var(--m);font-size:.85rem}"
    "fieldset,.c{border:1px solid var(--l);border-radius:14px;background:var(--c);padding:0;"
    "margin:1rem 0;overflow:hidden}.c{padding:1rem}.c p:last-child{margin:0}"
    "legend{float:left;width:100%;padding:.7rem 1rem;font-weight:600}"
    ".n{display:flex;clear:both;align-items:center;gap:.7rem;min-height:3rem;padding:.5rem 1rem;"
    "border-top:1px solid var(--l);cursor:pointer}"
    ".n span{flex:1;overflow-wrap:anywhere}.n:hover{background:var(--b)}"
    "input{font:inherit;accent-color:var(--a)}"
    "[type=radio],[type=checkbox]{width:1.2rem;height:1.2rem;margin:0;flex:none}"
    ".i{display:block;width:100%;padding:.7rem .8rem;margin:.3rem 0 .7rem;border:1px solid "
    "var(--m);border-radius:10px;background:var(--b);color:inherit}"
    "button,.a{display:block;width:100%;padding:.8rem;margin:1rem 0;border:0;border-radius:12px;"
    "background:var(--a);color:var(--o);font:600 1rem system-ui,sans-serif;text-align:center;"
    "text-decoration:none;cursor:pointer}"
    "a{color:var(--a)}:focus-visible{outline:3px solid var(--a);outline-offset:2px}"
    ".n:focus-within{outline:3px solid var(--a);outline-offset:-3px}"
    ".e{background:var(--f);border-color:var(--e)}.e b{color:var(--e)}.g b{color:var(--g)}"
    ".v{display:flex;gap:.6rem;align-items:center}[hidden]{display:none}"
    "svg{width:1.2rem;height:1.2rem;fill:currentColor;flex:none}"
    ".w1 :nth-child(n+2),.w2 :nth-child(n+3),.w3 :nth-child(n+4){opacity:.22}"
    ".s{width:2.2rem;height:2.2rem;margin:0 0 1rem;border:4px solid var(--l);"
    "border-top-color:var(--a);border-radius:50%;animation:s 1s linear infinite}"
    "@keyframes s{to{transform:rotate(1turn)}}"
    "@media(prefers-reduced-motion:reduce){.s{animation-duration:6s}}</style>";

constexpr std::string_view kSignal =
    " role=img viewBox=\"0 0 16 16\"><path d=\"M0 11h3v5H0z\"/><path d=\"M4 8h3v8H4z\"/>"
    "<path d=\"M8 4h3v12H8z\"/><path d=\"M12 0h3v16h-3z\"/></svg>";
constexpr std::string_view kLock =
    "<svg role=img aria-label=\"needs a passphrase\" viewBox=\"0 0 16 16\">"
    "<path d=\"M4 7V4.5a4 4 0 018 0V7h1v8H3V7zm2 0h4V4.5a2 2 0 00-4 0z\"/></svg>";

constexpr std::string_view kRefresh = "<meta http-equiv=refresh content=\"2;url=/\">";

/// What went wrong, and what to try.
struct Advice {
  std::string_view what;
  std::string_view then;
};

Advice Explain(wifi::Reason reason) {
  switch (reason) {
    case wifi::Reason::kWrongKey:
      return {"the passphrase is wrong", "Capitals and blanks count. Show it while you type."};
    case wifi::Reason::kNotFound:
      return {"it is not in reach", "Bring the device closer, or choose another network."};
    case wifi::Reason::kRefused:
    case wifi::Reason::kJoinTimeout:
    case wifi::Reason::kLinkLost:
      return {"its router did not let the device in", "Try again, or start the router anew."};
    case wifi::Reason::kNoAddress:
      return {"its router gave no address", "Start the router anew: it may have no more to give."};
    case wifi::Reason::kNoInternet:
      return {"there is no internet behind it", "See whether another device gets through."};
    case wifi::Reason::kPortal:
      return {"it wants a person to log in", "Choose a network without a log-in page."};
    default:
      return {"the device\xE2\x80\x99s radio failed",
              "Switch the device off and on, then try again."};
  }
}

Advice Explain(FormError error) {
  switch (error) {
    case FormError::kBadPassphrase:
      return {"A passphrase has 8 to 63 characters.", "An open network has none."};
    case FormError::kTooOften:
      return {"That was often.", "Wait half a minute, then try again."};
    default:
      return {"No network was chosen.", "Choose one, or write its name."};
  }
}

void PutTitle(const PageContent& content, std::string_view title, Text& out) {
  out.Put(kHead);
  out.Put("<title>");
  out.Put(title);
  out.Put("</title><main><small>");
  out.PutEscaped(content.product);
  out.Put("</small><h1>");
  out.Put(title);
  out.Put("</h1>");
}

void PutFooter(const PageContent& content, Text& out) {
  out.Put("<footer>");
  out.PutEscaped(content.product);
  out.Put(" \xC2\xB7 version ");
  out.PutEscaped(content.version);
  out.Put("</footer></main>");
}

void PutQuoted(std::string_view name, Text& out) {
  out.Put("\xE2\x80\x9C");
  out.PutEscaped(name);
  out.Put("\xE2\x80\x9D");
}

void PutAlert(const PageContent& content, Text& out) {
  const Trial trial = content.networks.trial();
  if (content.error == FormError::kNone && trial.state != Trial::State::kFailed) {
    return;
  }
  out.Put("<div class=\"c e\" role=alert><p><b>");
  Advice advice = Explain(content.error);
  if (content.error == FormError::kNone) {
    advice = Explain(trial.reason);
    out.Put("No connection to ");
    PutQuoted(trial.ssid, out);
    out.Put(": ");
  }
  out.Put(advice.what);
  out.Put("</b><p>");
  out.Put(advice.then);
  out.Put("</div>");
}

void PutSignal(std::int8_t rssi_dbm, Text& out) {
  constexpr std::array<std::string_view, 4> kWords{"weak", "fair", "good", "strong"};
  const std::size_t bars = rssi_dbm >= -55 ? 4 : rssi_dbm >= -67 ? 3 : rssi_dbm >= -78 ? 2 : 1;
  out.Put("<svg aria-label=\"signal: ");
  out.Put(kWords[bars - 1]);
  out.Put("\" class=w");
  out.PutNumber(static_cast<std::uint32_t>(bars));
  out.Put(kSignal);
}

void PutNetwork(const hal::AccessPoint& point, bool chosen, Text& out) {
  out.Put("<label class=n><input type=radio name=n required value=");
  out.PutHex(point.ssid);
  if (chosen) {
    out.Put(" checked");
  }
  out.Put("><span>");
  out.PutEscaped(point.ssid);
  out.Put("</span>");
  if (point.security != hal::WifiSecurity::kOpen) {
    out.Put(kLock);
  }
  PutSignal(point.rssi_dbm, out);
  out.Put("</label>");
}

void PutNetworks(const Networks& networks, Text& out) {
  const Trial trial = networks.trial();
  out.Put("<fieldset><legend>Networks nearby</legend>");
  for (const hal::AccessPoint& point : networks.heard()) {
    PutNetwork(point,
               trial.state == Trial::State::kFailed && point.ssid.view() == trial.ssid.view(), out);
  }
  out.Put(
      "<label class=n><input type=radio name=n required value=\"\"><span>Another one"
      "<input class=i name=o maxlength=32 aria-label=\"its name\" autocapitalize=none "
      "autocomplete=off spellcheck=false oninput=\"this.closest('label').control.checked=1\">"
      "</span></label></fieldset>");
}

void PutPassphrase(bool visible, Text& out) {
  out.Put(
      "<div class=c><label for=p><b>Passphrase</b></label><input class=i id=p name=p maxlength=64 "
      "autocapitalize=none autocomplete=off spellcheck=false aria-describedby=h type=");
  out.Put(visible ? "text>" : "password>");
  out.Put(
      "<label class=v id=v hidden><input type=checkbox "
      "onclick=\"p.type=checked?'text':'password'\">Show the passphrase</label>"
      "<script>v.hidden=0</script>");
  if (!visible) {
    out.Put("<noscript><a href=\"/?show\">Show it while I type</a></noscript>");
  }
  out.Put("<p id=h><small>None for a network without a lock.</small></div>");
}

void WriteForm(const PageContent& content, Text& out) {
  const bool scanning = content.networks.scanning();
  PutTitle(content, "Connect to Wi-Fi", out);
  PutAlert(content, out);
  if (scanning && content.networks.heard().empty()) {
    out.Put(kRefresh);
    out.Put(
        "<div class=c role=status><div class=s></div><p>Looking for networks\xE2\x80\xA6</div>");
  } else {
    out.Put("<form method=post action=/join>");
    PutNetworks(content.networks, out);
    PutPassphrase(content.show_passphrase, out);
    out.Put("<button>Connect</button></form>");
  }
  out.Put(scanning ? "<p role=status>Looking again\xE2\x80\xA6 <a href=/>Reload</a>"
                   : "<p><a href=\"/?scan\">Look again</a>");
  PutFooter(content, out);
}

void WriteTrial(const PageContent& content, const Trial& trial, Text& out) {
  PutTitle(content, "Connecting\xE2\x80\xA6", out);
  out.Put(kRefresh);
  out.Put("<div class=c role=status><div class=s></div><p>The device tries ");
  PutQuoted(trial.ssid, out);
  out.Put(". This takes up to a minute.<p><small>Should your phone leave ");
  PutQuoted(content.network, out);
  out.Put(", join it again and come back to this page.</small></div>");
  PutFooter(content, out);
}

void WriteSuccess(const PageContent& content, const Trial& trial, Text& out) {
  PutTitle(content, "Connected", out);
  out.Put("<div class=\"c g\" role=status><p><b>\xE2\x9C\x93 Connected to ");
  PutQuoted(trial.ssid, out);
  out.Put(
      "</b><p>The internet was reached, and the passphrase is stored. You can close this page; ");
  PutQuoted(content.network, out);
  out.Put(" goes away by itself.</div>");
  PutFooter(content, out);
}

}  // namespace

void WritePage(const PageContent& content, Text& out) {
  const Trial trial = content.networks.trial();
  switch (trial.state) {
    case Trial::State::kGoing:
      return WriteTrial(content, trial, out);
    case Trial::State::kWorked:
      return WriteSuccess(content, trial, out);
    default:
      return WriteForm(content, out);
  }
}

void WriteWelcome(const PageContent& content, std::uint16_t port, Text& out) {
  PutTitle(content, "Set up Wi-Fi", out);
  out.Put(
      "<div class=c><p>On the next page you choose a network for this device.<p>Your browser will "
      "warn that it does not know the device\xE2\x80\x99s certificate: the device made it itself, "
      "so "
      "nobody can vouch for it. Go on if you joined ");
  PutQuoted(content.network, out);
  out.Put(" with the passphrase of the device.</div><a class=a href=\"https://192.168.0.1");
  constexpr std::uint16_t kUsual = 443;
  if (port != kUsual) {
    out.Put(":");
    out.PutNumber(port);
  }
  out.Put("/\">Go on</a>");
  PutFooter(content, out);
}

void WriteBusy(const PageContent& content, Text& out) {
  PutTitle(content, "One at a time", out);
  out.Put(
      "<meta http-equiv=refresh content=30><div class=c role=status><p>Somebody else is setting "
      "this "
      "device up. This page tries again every half minute.</div>");
  PutFooter(content, out);
}

}  // namespace linnet::provision
