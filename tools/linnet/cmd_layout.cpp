// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/layout/check.hpp"
#include "tools/layout/load.hpp"
#include "tools/layout/picture.hpp"
#include "tools/layout/plan.hpp"
#include "tools/linnet/commands.hpp"
#include "tools/linnet/findings.hpp"

namespace linnet::cli {
namespace {

struct LayoutOptions {
  std::string file{};
  std::string chip = "nrf5340";
  std::string deployed{};
  std::string mode = "move";
  std::string out{};
  std::string svg{};
  std::string before{};
  std::vector<std::string> images{};
  std::vector<std::string> keep{};
  std::uint32_t reserve = 0;
  bool external_patch = false;
};

template <typename Work>
void WithMaps(Work work) {
  try {
    work();
  } catch (const layout::Error& error) {
    throw Failure(error.what());
  }
}

layout::SwapMode ModeOf(const LayoutOptions& options) {
  const auto mode = layout::ParseSwapMode(options.mode);
  if (!mode) {
    throw Failure("--mode is move, offset, scratch, overwrite or direct-xip, not '" + options.mode +
                  "'");
  }
  return *mode;
}

void WriteText(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) {
    throw Failure(path + " cannot be written; check the folder and the rights");
  }
}

void RunCheck(const LayoutOptions& options, const Context& context) {
  const layout::Map map = layout::LoadMap(options.file, options.chip);
  layout::Map deployed;
  if (!options.deployed.empty()) {
    deployed = layout::LoadMap(options.deployed, options.chip);
  }
  const std::vector<layout::Finding> findings =
      layout::Check(map, {.mode = ModeOf(options)}, options.deployed.empty() ? nullptr : &deployed);
  PrintFindings(context, findings);
  if (layout::HasErrors(findings)) {
    throw Failure(options.file + " has errors; see above");
  }
}

void RunShow(const LayoutOptions& options, const Context& context) {
  const layout::Map map = layout::LoadMap(options.file, options.chip);
  layout::Map before;
  std::vector<layout::PictureColumn> columns;
  if (!options.before.empty()) {
    before = layout::LoadMap(options.before, options.chip);
    columns.push_back({options.before, &before});
    context.out.Line(options.before + ":\n" + layout::DrawText(before, 72) + options.file + ":");
  }
  columns.push_back({options.file, &map});
  context.out.Line(layout::DrawText(map, 72));
  if (!options.svg.empty()) {
    WriteText(options.svg, layout::DrawSvg(columns));
  }
  for (const layout::Partition& partition : map.partitions) {
    context.out.Value({{"name", partition.name},
                       {"region", partition.region},
                       {"offset", partition.offset},
                       {"size", partition.size}});
  }
}

void RunWrite(const LayoutOptions& options, const Context& context) {
  layout::SaveMap(layout::LoadMap(options.file, options.chip), options.out);
  context.out.Line("wrote " + options.out);
  context.out.Value({{"wrote", options.out}});
}

layout::PlanRequest RequestOf(const LayoutOptions& options) {
  layout::PlanRequest request{.present = layout::LoadMap(options.file, options.chip)};
  for (const std::string& image : options.images) {
    const auto equals = image.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Failure("--image is NAME=BYTES or NAME=FILE, not '" + image + "'");
    }
    request.images[image.substr(0, equals)] = layout::ImageSize(image.substr(equals + 1));
  }
  request.reserve_percent = options.reserve;
  request.keep = options.keep;
  request.external_patch = options.external_patch;
  request.mode = ModeOf(options);
  return request;
}

std::string Signed(std::uint64_t before, std::uint64_t after) {
  return (after >= before ? "+" : "-") +
         HumanBytes(after >= before ? after - before : before - after);
}

void PrintDifference(const layout::Map& before, const layout::Map& after, const Context& context) {
  std::vector<std::vector<std::string>> rows;
  const auto place = [](const layout::Partition* at) {
    return at == nullptr ? std::string("-") : layout::Hex(at->offset) + "/" + layout::Hex(at->size);
  };
  for (const layout::Partition& now : after.partitions) {
    const layout::Partition* old = before.Find(now.name);
    if (old == nullptr || old->offset != now.offset || old->size != now.size) {
      rows.push_back({now.name, place(old), place(&now),
                      old == nullptr ? "new" : Signed(old->size, now.size)});
    }
  }
  for (const layout::Partition& old : before.partitions) {
    if (after.Find(old.name) == nullptr) {
      rows.push_back({old.name, place(&old), "-", "gone"});
    }
  }
  context.out.Table({"changed", "before", "after", "size"}, rows);
}

void PrintPlan(const layout::Plan& plan, const layout::PlanRequest& request,
               const Context& context) {
  context.out.Line("application: " + HumanBytes(plan.app_before) + " -> " +
                   HumanBytes(plan.app_after) + " (" + Signed(plan.app_before, plan.app_after) +
                   ")");
  if (plan.app_need != 0) {
    context.out.Line("free for it: " + HumanBytes(plan.app_after - plan.app_need));
  }
  context.out.Line("");
  PrintDifference(request.present, plan.map, context);
  context.out.Line("\nwhat the next byte costs the application:");
  std::vector<std::vector<std::string>> rows;
  for (const layout::PlanCost& cost : plan.costs) {
    rows.push_back(
        {cost.name, HumanBytes(cost.need), HumanBytes(cost.given),
         HumanBytes(cost.given - std::min(cost.given, cost.need)), HumanBytes(cost.next_cost),
         cost.gain == 0 ? "" : HumanBytes(cost.less) + " less give " + HumanBytes(cost.gain)});
  }
  context.out.Table({"part", "needs", "has", "spare", "one more costs", "or"}, rows);
  context.out.Line("\nwhy:");
  for (const std::string& reason : plan.reasons) {
    context.out.Line("  " + reason);
  }
  context.out.Line(std::string("  ") + layout::kPlanProof);
}

void RunPlan(const LayoutOptions& options, const Context& context) {
  const layout::PlanRequest request = RequestOf(options);
  const layout::Plan plan = layout::MakePlan(request);
  PrintPlan(plan, request, context);
  nlohmann::json costs = nlohmann::json::array();
  for (const layout::PlanCost& cost : plan.costs) {
    costs.push_back({{"part", cost.name},
                     {"needs", cost.need},
                     {"has", cost.given},
                     {"nextByteCosts", cost.next_cost},
                     {"less", cost.less},
                     {"gives", cost.gain}});
  }
  context.out.Value({{"before", plan.app_before},
                     {"after", plan.app_after},
                     {"needs", plan.app_need},
                     {"costs", std::move(costs)},
                     {"reasons", plan.reasons}});
  if (!options.out.empty()) {
    layout::SaveMap(plan.map, options.out);
    context.out.Line("\nwrote " + options.out);
  }
  if (!options.svg.empty()) {
    WriteText(options.svg, layout::DrawSvg({{"before", &request.present}, {"after", &plan.map}}));
  }
  if (!options.deployed.empty()) {
    const layout::Map deployed = layout::LoadMap(options.deployed, options.chip);
    std::vector<layout::Finding> findings;
    layout::CheckDeployed(plan.map, deployed, findings);
    PrintFindings(context, findings);
    if (layout::HasErrors(findings)) {
      throw Failure("the plan is not for devices in the field; see above");
    }
  }
}

CLI::App* AddVerb(CLI::App& group, const char* name, const char* what, const char* footer,
                  const std::shared_ptr<LayoutOptions>& options) {
  CLI::App* command = group.add_subcommand(name, what);
  command->footer(footer);
  command
      ->add_option("FILE", options->file,
                   "The map: pm_static.yml, partitions.yml, .dts or .overlay")
      ->required();
  std::string names;
  for (const std::string& chip : layout::ChipNames()) {
    names += (names.empty() ? "" : ", ") + chip;
  }
  command->add_option("--chip", options->chip,
                      "Its memories: " + names + ", or a chip file (default: nrf5340)");
  return command;
}

void AddMode(CLI::App& command, const std::shared_ptr<LayoutOptions>& options) {
  command.add_option("--mode", options->mode,
                     "How MCUboot installs: move, offset, scratch, overwrite, direct-xip");
}

void AddCheck(CLI::App& group, const Context& context) {
  auto options = std::make_shared<LayoutOptions>();
  CLI::App* command = AddVerb(group, "check", "Find what is wrong, wasted or dangerous in a map",
                              "Examples:\n"
                              "  linnet layout check build/partitions.yml\n"
                              "  linnet layout check pm_static.yml --deployed released.yml\n"
                              "Exit code 1 when there is an error.",
                              options);
  command->add_option("--deployed", options->deployed,
                      "The map of devices in the field: what would break their updates");
  AddMode(*command, options);
  command->callback([options, &context] { WithMaps([&] { RunCheck(*options, context); }); });
}

void AddPlan(CLI::App& group, const Context& context) {
  auto options = std::make_shared<LayoutOptions>();
  CLI::App* command = AddVerb(
      group, "plan", "Find the map with the most room for the application",
      "Example, the sample's map with a smaller boot loader and the Wi-Fi firmware outside:\n"
      "  linnet layout plan partitions.yml --image app=742308 --image mcuboot=mcuboot.elf \\\n"
      "      --image tfm=122k --image nrf70_wifi_fw=nrf70.bin --reserve 2 --external-patch \\\n"
      "      -o pm_static.yml --svg map.svg\n"
      "What has no --image keeps its present size.",
      options);
  command->add_option("--image", options->images,
                      "NAME=BYTES (742308, 0xb53a4, 120k) or NAME=FILE (ELF, or raw)");
  command
      ->add_option("--reserve", options->reserve,
                   "Growth of each named image but the application, in percent")
      ->check(CLI::Range(0U, 100U));
  command->add_option("--keep", options->keep, "A partition that stays where it is");
  command->add_flag("--external-patch", options->external_patch,
                    "Add slots for the nRF70 Wi-Fi firmware to external flash; its --image comes\n"
                    "off the application's");
  command->add_option("--deployed", options->deployed, "The map of devices in the field");
  command->add_option("-o,--out", options->out, "Write the map: .yml, .overlay or .dts");
  command->add_option("--svg", options->svg, "Draw before and after");
  AddMode(*command, options);
  command->callback([options, &context] { WithMaps([&] { RunPlan(*options, context); }); });
}

void AddShowAndWrite(CLI::App& group, const Context& context) {
  auto show = std::make_shared<LayoutOptions>();
  CLI::App* command =
      AddVerb(group, "show", "Draw a map to scale",
              "Example: linnet layout show new.yml --before old.yml --svg map.svg", show);
  command->add_option("--before", show->before, "A second map to draw in front of it");
  command->add_option("--svg", show->svg, "Also as a picture");
  command->callback([show, &context] { WithMaps([&] { RunShow(*show, context); }); });
  auto write = std::make_shared<LayoutOptions>();
  command = AddVerb(group, "write", "Write a map in another form",
                    "Example: linnet layout write pm_static.yml -o partitions.overlay", write);
  command->add_option("-o,--out", write->out, "A .yml, .overlay or .dts file")->required();
  command->callback([write, &context] { WithMaps([&] { RunWrite(*write, context); }); });
}

}  // namespace

void AddLayoutCommands(CLI::App& app, const Context& context) {
  CLI::App* group =
      app.add_subcommand("layout", "Check, plan and draw flash maps, the vendor's and ours");
  group->require_subcommand(1);
  AddCheck(*group, context);
  AddPlan(*group, context);
  AddShowAndWrite(*group, context);
}

}  // namespace linnet::cli
