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

bool IsSysbuilds(const std::string& name) {
  return name.starts_with("SB_");
}

std::string Shown(const std::string& name) {
  return IsSysbuilds(name) ? "SB_CONFIG_" + name.substr(3) : "CONFIG_" + name;
}

class Explainer {
 public:
  explicit Explainer(const Build& build)
      : build_(build), known_(layout::ParseYaml("options.yml", kOptionsText)) {}

  void Run(Findings& findings) {
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
    return IsSysbuilds(name) ? build_.sysbuild : build_.app.config;
  }

  /// Read when the first question comes: an SDK has thousands of these files.
  const KconfigFiles& FilesFor(const std::string& name) {
    std::optional<KconfigFiles>& files = IsSysbuilds(name) ? sysbuild_files_ : app_files_;
    if (!files) {
      files = LoadKconfig(build_, IsSysbuilds(name));
    }
    return *files;
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
      finding.why = Why(name);
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
    const auto found = build_.app.forced.find(name);
    if (found != build_.app.forced.end() && found->second.value != asked) {
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
    const KconfigFiles& files = FilesFor(name);
    if (files.fault.empty()) {
      const bool sysbuild = IsSysbuilds(name);
      const kconfig::Values values{ResultFor(name), sysbuild ? "SB_" : ""};
      for (const std::string& cause :
           files.tree.WhyNot(sysbuild ? name.substr(3) : name, asked, values)) {
        causes_.push_back(cause);
      }
    } else if (node != nullptr) {
      for (const std::string& need : layout::Fields(known_.file, *node).Words("needs")) {
        if (!IsOn(ResultFor(name), need)) {
          causes_.push_back(Shown(need) + ", which it needs, is not set");
        }
      }
    }
  }

  std::string Why(const std::string& name) {
    const KconfigFiles& files = FilesFor(name);
    std::string why = "Kconfig and sysbuild drop a value whose conditions do not hold.";
    if (!files.fault.empty()) {
      why += " Its conditions are not known here: " + files.fault + ".";
    } else if (files.missing > 0) {
      why += " " + std::to_string(files.missing) +
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
               : "Set what it lacks in the same file, or remove this line.";
  }

  const Build& build_;
  layout::Document known_;
  std::optional<KconfigFiles> app_files_{};
  std::optional<KconfigFiles> sysbuild_files_{};
  std::vector<std::string> causes_{};
};

}  // namespace

void DiagnoseOptions(const Build& build, Findings& findings) {
  Explainer(build).Run(findings);
}

}  // namespace linnet::doctor
