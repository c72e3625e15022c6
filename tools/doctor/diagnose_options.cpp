// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// Why an option that was asked for is not set: by what sysbuild has forced, by the Kconfig files of
// the build, and by what options.yml knows where those are not there.
#include <optional>

#include "options_text.hpp"
#include "tools/doctor/doctor.hpp"
#include "tools/layout/fields.hpp"

namespace linnet::doctor {

namespace {

using layout::Severity;

std::string Shown(const std::string& name) {
  return name.starts_with("SB_") ? "SB_CONFIG_" + name.substr(3) : "CONFIG_" + name;
}

/// One Kconfig: of sysbuild, or of an image.
struct Scope {
  std::string image{};  ///< Its folder; empty: sysbuild's, or the only image's.
  const Config& asked;
  const Config& result;
  const Config& forced;
  bool sysbuild = false;
};

class Explainer {
 public:
  Explainer(const Build& build, const layout::Document& known, const Scope& scope)
      : build_(build), known_(known), scope_(scope) {}

  void Run(Findings& findings) {
    for (const auto& [name, setting] : scope_.asked) {
      const std::string is = ValueOf(scope_.result, name);
      const bool off = setting.value == "n" && is.empty();
      if (!scope_.result.empty() && is != setting.value && !off) {
        findings.push_back(Explain(name, setting, is));
      }
    }
  }

 private:
  /// Read when the first question comes: an SDK has thousands of these files.
  const KconfigFiles& Files() {
    if (!files_) {
      files_ = LoadKconfig(build_, scope_.image);
    }
    return *files_;
  }

  layout::Finding Explain(const std::string& name, const kconfig::Setting& asked,
                          const std::string& is) {
    layout::Finding finding{.severity = Severity::kWarning,
                            .id = "option-not-set",
                            .what = Shown(name) + "=" + asked.value + " is asked for, and " +
                                    (is.empty()  ? "the build has no such option"
                                     : is == "n" ? "'is not set' in the build"
                                                 : "the build has " + is),
                            .where = asked.where};
    const layout::Node* node = known_.root.Find(name);
    const bool forced = Forced(name, asked.value, node);
    Depends(name, asked.value, node);
    for (std::size_t i = 0; i < causes_.size(); ++i) {
      finding.what += (i == 0 ? ": " : "; ") + causes_[i];
    }
    if (node != nullptr) {
      const layout::Fields fields(known_.file, *node);
      fields.CheckKeys({"needs", "forced_by", "why", "do"});
      finding.severity = Severity::kError;
      finding.why = fields.Text("why");
      finding.remedy = fields.Text("do");
    } else {
      finding.why = Why();
      finding.remedy = Remedy(forced);
    }
    causes_.clear();
    return finding;
  }

  /// Sysbuild's values come after all files of the image and win without a word.
  bool Forced(const std::string& name, const std::string& asked, const layout::Node* node) {
    const std::string by =
        node == nullptr ? "" : layout::Fields(known_.file, *node).Text("forced_by");
    const std::string because =
        by.empty() || IsOn(build_.sysbuild, by) ? "" : ", because " + Shown(by) + " is not y";
    const auto found = scope_.forced.find(name);
    if (found != scope_.forced.end() && found->second.value != asked) {
      causes_.push_back("sysbuild sets it to " + found->second.value + " without a word" + because +
                        " (" + found->second.where + ")");
      return true;
    }
    if (!because.empty() && !build_.sysbuild.empty()) {
      causes_.push_back("sysbuild sets it to n without a word" + because);
      return true;
    }
    return false;
  }

  void Depends(const std::string& name, const std::string& asked, const layout::Node* node) {
    if (Files().fault.empty()) {
      const kconfig::Values values{scope_.result, scope_.sysbuild ? "SB_" : ""};
      for (const std::string& cause :
           Files().tree.WhyNot(scope_.sysbuild ? name.substr(3) : name, asked, values)) {
        causes_.push_back(cause);
      }
    } else if (node != nullptr) {
      for (const std::string& need : layout::Fields(known_.file, *node).Words("needs")) {
        if (!IsOn(scope_.result, need)) {
          causes_.push_back(Shown(need) + ", which it needs, is not set");
        }
      }
    }
  }

  std::string Why() {
    std::string why = "Kconfig and sysbuild drop a value whose conditions do not hold.";
    if (!Files().fault.empty()) {
      why += " Its conditions are not known here: " + Files().fault + ".";
    } else if (Files().missing > 0) {
      why += " " + std::to_string(Files().missing) +
             " Kconfig files of this build are not there any more; what they say is not known.";
    } else if (causes_.empty()) {
      why += " Its dependencies hold; another file that is merged later may set it.";
    }
    return why;
  }

  [[nodiscard]] std::string Remedy(bool forced) const {
    return forced ? "Set it where sysbuild decides: in sysbuild.conf, with the SB_CONFIG_ option "
                    "that stands for it."
           : causes_.empty()
               ? "Look it up in menuconfig (west build -t menuconfig, then '/'): it shows what it "
                 "depends on and what selects it."
               : "Set what it lacks in the same file, correct its name, or remove this line.";
  }

  const Build& build_;
  const layout::Document& known_;
  const Scope& scope_;
  std::optional<KconfigFiles> files_{};
  std::vector<std::string> causes_{};
};

}  // namespace

void DiagnoseOptions(const Build& build, Findings& findings) {
  const layout::Document known = layout::ParseYaml("options.yml", kOptionsText);
  const Config none;
  const auto run = [&](const Scope& scope) { Explainer(build, known, scope).Run(findings); };
  run({build.app.name, build.app.asked, build.app.config, build.app.forced});
  run({"", build.sysbuild_asked, build.sysbuild, none, true});
  if (build.mcuboot) {
    run({"mcuboot", build.mcuboot->asked, build.mcuboot->config, build.mcuboot->forced});
  }
}

}  // namespace linnet::doctor
