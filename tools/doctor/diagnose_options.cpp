// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Why an option that was asked for is not set.
#include "options_text.hpp"
#include "tools/doctor/doctor.hpp"
#include "tools/layout/fields.hpp"

namespace linnet::doctor {

namespace {

using layout::Severity;

std::string Shown(const std::string& name) {
  return name.starts_with("SB_") ? "SB_CONFIG_" + name.substr(3) : "CONFIG_" + name;
}

class Explainer {
 public:
  explicit Explainer(const Build& build)
      : build_(build), known_(layout::ParseYaml("options.yml", kOptionsText)) {}

  void Run(Findings& findings) const {
    for (const auto& [name, setting] : build_.asked) {
      const Config& result = ResultFor(name);
      const std::string is = ValueOf(result, name);
      const bool off = setting.value == "n" && is.empty();
      if (!result.empty() && is != setting.value && !off) {
        findings.push_back(Explain(name, setting, is));
      }
    }
  }

 private:
  [[nodiscard]] const Config& ResultFor(const std::string& name) const {
    return name.starts_with("SB_") ? build_.sysbuild : build_.app.config;
  }

  [[nodiscard]] layout::Finding Explain(const std::string& name, const Setting& asked,
                                        const std::string& is) const {
    layout::Finding finding{
        .severity = Severity::kWarning,
        .id = "option-not-set",
        .what = Shown(name) + "=" + asked.value + " is asked for, and the build has " +
                (is.empty()  ? "no such option"
                 : is == "n" ? "'is not set'"
                             : is),
        .where = asked.where,
        .why = "Kconfig and sysbuild drop a value whose conditions do not hold.",
        .remedy =
            "Look it up in menuconfig (west build -t menuconfig, then '/'): it shows what it "
            "depends on and what selects it."};
    const layout::Node* node = known_.root.Find(name);
    if (node == nullptr) {
      return finding;
    }
    const layout::Fields fields(known_.file, *node);
    fields.CheckKeys({"needs", "forced_by", "why", "do"});
    finding.severity = Severity::kError;
    finding.what += Causes(fields, name);
    finding.why = fields.Text("why");
    finding.remedy = fields.Text("do");
    return finding;
  }

  [[nodiscard]] std::string Causes(const layout::Fields& fields, const std::string& name) const {
    std::string causes;
    const auto add = [&](const std::string& cause) {
      causes += (causes.empty() ? ": " : "; ") + cause;
    };
    const std::string forced = fields.Text("forced_by");
    if (!forced.empty() && !build_.sysbuild.empty() && !IsOn(build_.sysbuild, forced)) {
      add("sysbuild sets it to n without a word, because " + Shown(forced) + " is not y");
    }
    for (const std::string& need : fields.Words("needs")) {
      if (!IsOn(ResultFor(name), need)) {
        add(Shown(need) + ", which it needs, is not set");
      }
    }
    return causes;
  }

  const Build& build_;
  layout::Document known_;
};

}  // namespace

void DiagnoseOptions(const Build& build, Findings& findings) {
  Explainer(build).Run(findings);
}

}  // namespace linnet::doctor
