// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "tools/linnet/commands.hpp"
#include "tools/linnet/size_advice.hpp"
#include "tools/linnet/size_stack.hpp"
#include "tools/size/duplicates.hpp"
#include "tools/size/html.hpp"
#include "tools/size/report.hpp"

namespace linnet::cli {
namespace {

constexpr std::size_t kMaxText = std::size_t{16} << 20U;
constexpr std::size_t kFigures = 30;  // Columns that the numbers of a row take.
constexpr std::size_t kMinName = 24;
constexpr double kPercent = 100.0;

constexpr const char* kFooter =
    "Every byte of flash and RAM gets a row, and the sum equals what arm-none-eabi-size prints.\n"
    "The linker's map is found beside the ELF file (FILE.elf.map or FILE.map).\n"
    "\n"
    "Examples:\n"
    "  linnet size zephyr.elf                            by module\n"
    "  linnet size zephyr.elf --depth 2                  and by source file\n"
    "  linnet size zephyr.elf --by section,module,symbol --depth 3\n"
    "  linnet size new.elf --base old.elf                what grew, function by function\n"
    "  linnet size boot.elf --budget scripts/size-budgets   exit code 1 when a row exceeds\n"
    "  linnet size zephyr.elf --inlined --duplicates     what copies cost\n"
    "  linnet size zephyr.elf --html size.html           a page to click through; --base adds the\n"
    "                                                    difference\n"
    "  linnet size --advise build/zephyr/.config --report memory.txt\n"
    "                                                    which options would give memory back\n"
    "  linnet size --stack build --entry main            from GCC's -fcallgraph-info=su,da\n"
    "  linnet size zephyr.elf --stack build --entry main --room z_main_stack --margin 256\n"
    "                                                    exit code 1 when that stack is too small";

struct Options {
  std::string elf{};
  std::string map{};
  std::string base{};
  std::string budget{};
  std::string rules{};
  std::string html{};
  std::string advise{};
  std::string report{};
  std::string facts{};
  StackRequest stack{};
  std::string by = "module,file,function";
  std::size_t depth = 1;
  bool depth_given = false;
  std::size_t rows = 40;
  bool inlined = false;
  bool duplicates = false;
  bool total = false;
};

std::size_t Columns() {
  winsize window{};
  const bool terminal = ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0;
  return terminal ? window.ws_col : 100;
}

std::string Grouped(std::int64_t value, bool sign = false) {
  std::string text = HumanBytes(static_cast<std::uint64_t>(value < 0 ? -value : value));
  text.resize(text.size() - 2);
  return (value < 0 ? "-" : sign && value > 0 ? "+" : "") + text;
}

std::string Right(const std::string& text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ') + text;
}

std::string Fit(const std::string& text, std::size_t width) {
  if (text.size() > width) {
    const std::size_t tail = width / 2;
    return text.substr(0, width - tail - 2) + ".." + text.substr(text.size() - tail);
  }
  return text + std::string(width - text.size(), ' ');
}

size::Rules RulesOf(const Options& options) {
  return options.rules.empty() ? size::Rules::Default()
                               : size::Rules(size::ReadText(options.rules, kMaxText));
}

size::Analysis AnalyseShown(const std::string& elf, const std::string& map,
                            const size::Rules& rules) {
  Progress* bar = nullptr;
  std::unique_ptr<Progress> progress;
  return size::Analyse(elf, map, rules, [&](std::uint64_t done, std::uint64_t total) {
    if (bar == nullptr) {
      progress = std::make_unique<Progress>("reading debug information", total, "B");
      bar = progress.get();
    }
    bar->Set(done);
  });
}

class Table {
 public:
  Table(const Context& context, const Options& options, std::uint64_t flash)
      : context_(context),
        options_(options),
        flash_(flash),
        name_(std::max(kMinName, Columns() - std::min(Columns(), kFigures))) {}

  void Print(const size::Node& root) const {
    context_.out.Line(Fit(options_.by, name_) + Right("flash", 11) + Right("%", 7) +
                      Right("RAM", 12));
    Children(root, 0);
    Row("total", 0, root);
  }

 private:
  void Row(const std::string& name, std::size_t depth, const size::Node& node) const {
    char percent[16];
    std::snprintf(percent, sizeof percent, "%.1f",
                  flash_ == 0
                      ? 0.0
                      : kPercent * static_cast<double>(node.flash) / static_cast<double>(flash_));
    context_.out.Line(Fit(std::string(2 * depth, ' ') + name, name_) +
                      Right(Grouped(static_cast<std::int64_t>(node.flash)), 11) +
                      Right(percent, 7) + Right(Grouped(static_cast<std::int64_t>(node.ram)), 12));
  }

  void Children(const size::Node& node, std::size_t depth) const {
    if (depth >= options_.depth) {
      return;
    }
    size::Node rest;
    std::size_t shown = 0;
    for (const size::Node& child : node.children) {
      if (options_.rows != 0 && shown++ >= options_.rows) {
        rest.flash += child.flash;
        rest.ram += child.ram;
        ++rest.pieces;
        continue;
      }
      Row(child.name, depth, child);
      Children(child, depth + 1);
    }
    if (rest.pieces > 0) {
      Row("(" + std::to_string(rest.pieces) + " more; --rows 0 shows all)", depth, rest);
    }
  }

  const Context& context_;
  const Options& options_;
  std::uint64_t flash_;
  std::size_t name_;
};

void PrintHead(const Context& context, const size::Analysis& analysis) {
  const size::Totals& totals = analysis.totals;
  context.out.Line(analysis.name + ": flash " + HumanBytes(analysis.flash()) + " (text " +
                   Grouped(static_cast<std::int64_t>(totals.text)) + " + data " +
                   Grouped(static_cast<std::int64_t>(totals.data)) + "), RAM " +
                   HumanBytes(analysis.ram()) + " (data + bss " +
                   Grouped(static_cast<std::int64_t>(totals.bss)) + ")");
  if (analysis.damaged_debug) {
    context.out.Line("warning: the debug information is damaged; files may be missing");
  } else if (!analysis.has_debug) {
    context.out.Line("note: no debug information in the image; build with -g to see source files");
  }
}

void PrintInlined(const Context& context, const size::Analysis& analysis, std::size_t rows) {
  std::vector<std::vector<std::string>> lines;
  for (const size::Inlined& entry : analysis.inlined) {
    if (rows != 0 && lines.size() >= rows) {
      break;
    }
    lines.push_back({entry.name, std::to_string(entry.copies),
                     Grouped(static_cast<std::int64_t>(entry.bytes))});
  }
  context.out.Line("");
  context.out.Table({"inlined function", "copies", "bytes"}, lines);
}

void PrintDuplicates(const Context& context, const std::vector<size::Duplicate>& found,
                     std::size_t rows) {
  std::vector<std::vector<std::string>> lines;
  for (const size::Duplicate& group : found) {
    if (rows != 0 && lines.size() >= rows) {
      break;
    }
    lines.push_back({Grouped(static_cast<std::int64_t>(group.wasted())),
                     std::to_string(group.names.size()), group.names[0] + ", " + group.names[1]});
  }
  context.out.Line("");
  context.out.Table({"wasted", "times", "same bytes"}, lines);
}

nlohmann::json JsonOf(const size::Analysis& analysis, const Options& options) {
  nlohmann::json json = ToJson(Group(analysis, size::ParseLevels(options.by)));
  json["image"] = analysis.name;
  json["text"] = analysis.totals.text;
  json["data"] = analysis.totals.data;
  json["bss"] = analysis.totals.bss;
  json["unattributed"] = analysis.unattributed();
  for (const size::Inlined& entry : analysis.inlined) {
    json["inlined"].push_back(
        {{"function", entry.name}, {"copies", entry.copies}, {"bytes", entry.bytes}});
  }
  return json;
}

/// The levels of --by; of the table only the first ones that --depth leaves.
std::vector<size::Level> LevelsOfChanges(const Options& options) {
  std::vector<size::Level> levels = size::ParseLevels(options.by);
  if (options.depth_given && options.depth < levels.size()) {
    levels.resize(std::max<std::size_t>(options.depth, 1));
  }
  return levels;
}

void PrintChanges(const Context& context, const Options& options, const size::Analysis& base,
                  const size::Analysis& now) {
  const std::vector<size::Level> levels = LevelsOfChanges(options);
  std::int64_t flash = 0;
  std::int64_t ram = 0;
  std::vector<std::string> head = {"flash", "RAM", ""};
  // Where functions are named, their files would take the room of the names.
  const auto shown = [&](std::size_t level) {
    return levels[level] != size::Level::kFile || level + 1 == levels.size();
  };
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (shown(i))
      head.emplace_back(size::NameOf(levels[i]));
  }
  std::vector<std::vector<std::string>> lines;
  for (const size::Change& change : size::Compare(base, now, levels)) {
    flash += change.flash;
    ram += change.ram;
    const char* state = change.added ? "new" : change.removed ? "gone" : "";
    nlohmann::json json{{"flash", change.flash}, {"ram", change.ram}, {"state", state}};
    std::vector<std::string> line = {Grouped(change.flash, true), Grouped(change.ram, true), state};
    for (std::size_t i = 0; i < levels.size(); ++i) {
      json[std::string(size::NameOf(levels[i]))] = change.names[i];
      if (shown(i))
        line.push_back(change.names[i]);
    }
    context.out.Value(json);
    lines.push_back(std::move(line));
  }
  if (options.rows != 0 && lines.size() > options.rows) {
    const auto first = static_cast<std::ptrdiff_t>(options.rows / 2);
    const std::size_t left_out = lines.size() - 2 * static_cast<std::size_t>(first);
    lines.erase(lines.begin() + first, lines.end() - first);
    std::vector<std::string> more(head.size());
    more.back() = "(" + std::to_string(left_out) + " more; --rows 0 shows all)";
    lines.insert(lines.begin() + first, more);
  }
  context.out.Table(head, lines);
  context.out.Line(Grouped(flash, true) + " B flash, " + Grouped(ram, true) + " B RAM against " +
                   base.name);
}

void CheckBudget(const Context& context, const Options& options, const size::Analysis& analysis) {
  const auto rows = size::Judge(size::ReadText(options.budget, kMaxText), analysis);
  std::string exceeded;
  for (const size::BudgetRow& row : rows) {
    const std::int64_t room =
        static_cast<std::int64_t>(row.budget) - static_cast<std::int64_t>(row.used);
    context.out.Value({{"row", row.row}, {"used", row.used}, {"budget", row.budget}});
    context.out.Line(Fit(row.image + " " + row.row, kMinName) +
                     Right(Grouped(static_cast<std::int64_t>(row.used)), 11) + " of " +
                     Right(Grouped(static_cast<std::int64_t>(row.budget)), 9) + " B  " +
                     (room < 0 ? "EXCEEDED by " + Grouped(-room) : "ok"));
    if (row.exceeded()) {
      exceeded += (exceeded.empty() ? "" : ", ") + row.row + " by " + Grouped(-room) + " B";
    }
  }
  if (!exceeded.empty()) {
    throw Failure(analysis.name + " exceeds its budget: " + exceeded + ".");
  }
}

void WriteHtml(const Options& options, const size::Analysis& analysis, const size::Analysis* base) {
  std::ofstream out(options.html, std::ios::binary);
  out << size::ToHtml(analysis, base);
  out.close();
  if (!out) {
    throw Failure("cannot write " + options.html);
  }
}

void Image(const Options& options, const Context& context) {
  const size::Rules rules = RulesOf(options);
  const auto levels = size::ParseLevels(options.by);
  const size::Analysis analysis = AnalyseShown(options.elf, options.map, rules);
  std::unique_ptr<size::Analysis> base;
  if (!options.base.empty()) {
    base = std::make_unique<size::Analysis>(AnalyseShown(options.base, "", rules));
  }
  if (!options.html.empty()) {
    WriteHtml(options, analysis, base.get());
  }
  if (base != nullptr) {
    PrintHead(context, analysis);
    PrintChanges(context, options, *base, analysis);
  } else if (!options.total) {
    context.out.Value(JsonOf(analysis, options));
    PrintHead(context, analysis);
    Table(context, options, analysis.flash()).Print(Group(analysis, levels));
  }
  if (options.inlined) {
    PrintInlined(context, analysis, options.rows);
  }
  if (options.duplicates) {
    const auto image = size::ElfImage::FromFile(options.elf);
    PrintDuplicates(context, size::FindDuplicates(image, analysis), options.rows);
  }
  if (!options.budget.empty()) {
    CheckBudget(context, options, analysis);
  }
}

void Size(const Options& options, const Context& context) {
  if (options.elf.empty() && options.advise.empty() && options.stack.directory.empty()) {
    throw Failure("linnet size needs an ELF file, --advise or --stack; see linnet size --help");
  }
  // Beside a stack the image is there for its virtual tables, unless more is asked of it.
  const bool asked = !options.base.empty() || !options.budget.empty() || !options.html.empty() ||
                     options.inlined || options.duplicates;
  if (!options.elf.empty() && (asked || options.stack.directory.empty())) {
    Image(options, context);
  }
  if (!options.advise.empty()) {
    PrintAdvice(context, options.advise, options.report, options.facts);
  }
  if (!options.stack.directory.empty()) {
    StackRequest stack = options.stack;
    stack.elf = options.elf;
    stack.rows = options.rows;
    stack.verdict_only = options.total;
    PrintStacks(context, stack);
  }
}

void AddImageOptions(CLI::App& command, Options& options) {
  CLI::Option* elf =
      command.add_option("ELF", options.elf, "The linked image, with debug information");
  command.add_option("--map", options.map, "The linker's map (default: found beside the ELF)")
      ->needs(elf);
  command.add_option("--base", options.base, "Show growth against this ELF, by the levels of --by")
      ->needs(elf);
  command
      .add_option("--budget", options.budget, "Lines 'IMAGE ROW BYTES'; fails when one is exceeded")
      ->needs(elf);
  command.add_option("--rules", options.rules, "Rules that group into modules")->needs(elf);
  command
      .add_option("--by", options.by,
                  "Levels of the table: memory, section, module, file, function, symbol, kind")
      ->capture_default_str();
  command
      .add_option_function<std::size_t>(
          "--depth",
          [&options](std::size_t depth) {
            options.depth = depth;
            options.depth_given = true;
          },
          "How many levels to show (default: 1; with --base all of them)")
      ->check(CLI::Range(1, 7));
  command.add_option("--rows", options.rows, "Most rows in a level; 0: all")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  command.add_option("--html", options.html, "Also write a page with treemap and search")
      ->needs(elf);
  command.add_flag("--inlined", options.inlined, "What copies of inlined functions take")
      ->needs(elf);
  command.add_flag("--duplicates", options.duplicates, "Functions and constants with same bytes")
      ->needs(elf);
  command.add_flag("--total", options.total, "Only what is judged, no table");
}

void AddAdviceOptions(CLI::App& command, Options& options) {
  CLI::Option* advise =
      command.add_option("--advise", options.advise, "A Zephyr .config: what could be changed");
  command
      .add_option("--report", options.report,
                  "With --advise: the linker's memory report, to say what then fits")
      ->needs(advise);
  command.add_option("--facts", options.facts, "With --advise: other facts than the built-in")
      ->needs(advise);
}

void AddStackOptions(CLI::App& command, StackRequest& stack) {
  CLI::Option* directory =
      command.add_option("--stack", stack.directory,
                         "A folder with GCC's .ci and .su files: worst-case stacks. With an ELF "
                         "file, virtual calls are followed, too");
  command
      .add_option("--entry", stack.entries,
                  "With --stack: entry points by name, * allowed (default: what nothing calls); "
                  "NAME@BELOW is entered from outside while BELOW runs")
      ->allow_extra_args(false)  // The ELF file may stand behind it.
      ->needs(directory);
  command
      .add_option("--assume", stack.assume,
                  "With --stack: bytes for functions without a known frame, as in a C library")
      ->check(CLI::Range(0, 1'000'000))
      ->needs(directory);
  command
      .add_option("--calls-nothing", stack.never,
                  "With --stack: places (file:line:column, * allowed) of indirect calls that call "
                  "nothing")
      ->allow_extra_args(false)
      ->needs(directory);
  command
      .add_option("--sources", stack.sources,
                  "With --stack: where source files are that the graph names")
      ->needs(directory)
      ->capture_default_str();
  command.add_flag("--path", stack.path, "With --stack: each function of the deepest paths")
      ->needs(directory);
  CLI::Option* room =
      command
          .add_option("--room", stack.room,
                      "With --stack: the stack's size in bytes, or the section or symbol that it "
                      "is; fails when it is not enough")
          ->needs(directory);
  command.add_option("--margin", stack.margin, "With --room: bytes that must stay free")
      ->needs(room);
}

}  // namespace

void AddSizeCommand(CLI::App& app, const Context& context) {
  CLI::App* command = app.add_subcommand("size", "Explain where an image's flash and RAM go");
  command->footer(kFooter);
  auto options = std::make_shared<Options>();
  AddImageOptions(*command, *options);
  AddAdviceOptions(*command, *options);
  AddStackOptions(*command, options->stack);
  command->callback([options, &context] { Size(*options, context); });
}

}  // namespace linnet::cli
