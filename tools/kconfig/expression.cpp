// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/kconfig/expression.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>

#include "tools/layout/yaml.hpp"

namespace linnet::kconfig {

namespace {

constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxNodes = 2000;

std::optional<long long> NumberOf(const std::string& text) {
  char* end = nullptr;
  const long long value = std::strtoll(text.c_str(), &end, 0);
  return text.empty() || *end != '\0' ? std::nullopt : std::optional(value);
}

bool IsConstant(std::string_view text) {
  return text == "y" || text == "n" || text == "m" || text.front() == '-' ||
         std::isdigit(static_cast<unsigned char>(text.front())) != 0;
}

Truth Not(Truth truth) {
  return truth == Truth::kYes ? Truth::kNo : truth == Truth::kNo ? Truth::kYes : truth;
}

bool Asks(std::string_view text) {
  return text.find('$') != std::string_view::npos;
}

}  // namespace

class Expression::Parser {
 public:
  Parser(Expression& out, const std::string& file, int line, std::string_view text)
      : out_(out), file_(file), line_(line), text_(text) {}

  void Run() {
    out_.root_ = Or(0);
    SkipSpace();
    if (at_ != text_.size()) {
      Fail("expected the end of the condition");
    }
  }

 private:
  [[noreturn]] void Fail(const std::string& what) const { throw layout::Error(file_, line_, what); }

  void SkipSpace() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
      ++at_;
    }
  }

  bool Accept(std::string_view sign) {
    SkipSpace();
    if (text_.substr(at_, sign.size()) != sign) {
      return false;
    }
    at_ += sign.size();
    return true;
  }

  std::size_t Add(Node node) {
    if (out_.nodes_.size() >= kMaxNodes) {
      Fail("a condition with more than " + std::to_string(kMaxNodes) + " parts");
    }
    out_.nodes_.push_back(std::move(node));
    return out_.nodes_.size() - 1;
  }

  std::size_t Or(int depth) {  // NOLINT(misc-no-recursion)
    std::size_t left = And(depth);
    while (Accept("||")) {
      const std::size_t right = And(depth);
      left = Add({Kind::kOr, "", left, right});
    }
    return left;
  }

  std::size_t And(int depth) {  // NOLINT(misc-no-recursion)
    std::size_t left = Unary(depth);
    while (Accept("&&")) {
      const std::size_t right = Unary(depth);
      left = Add({Kind::kAnd, "", left, right});
    }
    return left;
  }

  std::size_t Unary(int depth) {  // NOLINT(misc-no-recursion)
    if (depth > kMaxDepth) {
      Fail("a condition that is nested deeper than " + std::to_string(kMaxDepth));
    }
    SkipSpace();
    if (text_.substr(at_, 2) != "!=" && Accept("!")) {
      const std::size_t inner = Unary(depth + 1);
      return Add({Kind::kNot, "", inner, 0});
    }
    if (Accept("(")) {
      const std::size_t inner = Or(depth + 1);
      if (!Accept(")")) {
        Fail("a parenthesis that is not closed");
      }
      return inner;
    }
    const std::size_t left = Word();
    for (const char* sign : {"!=", "<=", ">=", "=", "<", ">"}) {
      if (Accept(sign)) {
        const std::size_t right = Word();
        return Add({Kind::kCompare, sign, left, right});
      }
    }
    return left;
  }

  std::size_t Word() {
    SkipSpace();
    const char first = at_ < text_.size() ? text_[at_] : '\0';
    if (first == '"' || first == '\'') {
      const std::size_t end = text_.find(first, at_ + 1);
      if (end == std::string_view::npos) {
        Fail("a text that does not end");
      }
      const std::string inner(text_.substr(at_ + 1, end - at_ - 1));
      at_ = end + 1;
      return Add({Kind::kText, inner, 0, 0});
    }
    const std::size_t begin = at_;
    while (at_ < text_.size() && InWord()) {
      ++at_;
    }
    if (at_ == begin) {
      Fail("expected an option or a value");
    }
    return Add({Kind::kSymbol, std::string(text_.substr(begin, at_ - begin)), 0, 0});
  }

  /// Names, numbers, and `$(...)`, which may be nested and hold anything.
  bool InWord() {
    const char c = text_[at_];
    if (c == '$' && text_.substr(at_, 2) == "$(") {
      int open = 0;
      std::size_t end = at_ + 1;
      for (; end < text_.size(); ++end) {
        open += text_[end] == '(' ? 1 : text_[end] == ')' ? -1 : 0;
        if (open == 0) {
          at_ = end;
          return true;
        }
      }
      Fail("a '$(' that is not closed");
    }
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' ||
           c == '/' || c == '$';
  }

  Expression& out_;
  const std::string& file_;
  int line_;
  std::string_view text_;
  std::size_t at_ = 0;
};

Expression::Expression(const std::string& file, int line, std::string_view text) {
  Parser(*this, file, line, text).Run();
}

Truth Expression::Compare(const Node& node, const Values& values) const {
  const auto value_of = [&](const Node& word) -> std::optional<std::string> {
    if (Asks(word.text)) {
      return std::nullopt;
    }
    return word.kind == Kind::kText || IsConstant(word.text) ? word.text : values.Of(word.text);
  };
  const auto left = value_of(nodes_[node.left]);
  const auto right = value_of(nodes_[node.right]);
  if (!left || !right) {
    return Truth::kUnknown;
  }
  const auto to_truth = [](bool holds) { return holds ? Truth::kYes : Truth::kNo; };
  const auto a = NumberOf(*left);
  const auto b = NumberOf(*right);
  // An option of yes or no that is not there is off.
  const auto shown = [](const std::string& text) { return text.empty() ? "n" : text; };
  const bool equal = a && b ? *a == *b
                            : *left == *right || (shown(*left) == shown(*right) &&
                                                  (*left == "n" || *right == "n"));
  if (node.text == "=" || node.text == "!=") {
    return to_truth(equal == (node.text == "="));
  }
  if (!a || !b) {
    return Truth::kUnknown;
  }
  return to_truth(node.text == "<"    ? *a < *b
                  : node.text == "<=" ? *a <= *b
                  : node.text == ">"  ? *a > *b
                                      : *a >= *b);
}

Truth Expression::Evaluate(std::size_t at, const Values& values) const {  // NOLINT
  const Node& node = nodes_[at];
  switch (node.kind) {
    case Kind::kCompare:
      return Compare(node, values);
    case Kind::kNot:
      return Not(Evaluate(node.left, values));
    case Kind::kAnd:
      return std::min(Evaluate(node.left, values), Evaluate(node.right, values));
    case Kind::kOr:
      return std::max(Evaluate(node.left, values), Evaluate(node.right, values));
    case Kind::kSymbol:
    case Kind::kText:
      break;
  }
  if (Asks(node.text)) {
    return Truth::kUnknown;
  }
  const bool constant = node.kind == Kind::kText || IsConstant(node.text);
  const std::string value = constant ? node.text : values.Of(node.text);
  return value == "y" || value == "m" ? Truth::kYes : Truth::kNo;
}

std::string Expression::Show(std::size_t at) const {  // NOLINT(misc-no-recursion)
  const Node& node = nodes_[at];
  const auto inner = [&](std::size_t child) {  // NOLINT(misc-no-recursion)
    const bool joins = nodes_[child].kind == Kind::kOr || nodes_[child].kind == Kind::kAnd;
    return joins ? "(" + Show(child) + ")" : Show(child);
  };
  switch (node.kind) {
    case Kind::kNot:
      return "!" + inner(node.left);
    case Kind::kAnd:
      return inner(node.left) + " && " + inner(node.right);
    case Kind::kOr: {
      // A chain of alternatives needs no parentheses of its own.
      const bool chain = nodes_[node.left].kind == Kind::kOr;
      return (chain ? Show(node.left) : inner(node.left)) + " || " + inner(node.right);
    }
    case Kind::kCompare:
      return Show(node.left) + node.text + Show(node.right);
    case Kind::kText:
      return "\"" + node.text + "\"";
    case Kind::kSymbol:
      break;
  }
  return node.text;
}

void Expression::Collect(std::size_t at, const Values& values,  // NOLINT(misc-no-recursion)
                         std::vector<Term>& terms) const {
  const Node& node = nodes_[at];
  if (node.kind == Kind::kAnd) {
    Collect(node.left, values, terms);
    Collect(node.right, values, terms);
    return;
  }
  const bool plain = node.kind == Kind::kSymbol && !Asks(node.text) && !IsConstant(node.text);
  terms.push_back({Show(at), plain ? node.text : "", Evaluate(at, values)});
}

std::vector<Expression::Term> Expression::Terms(const Values& values) const {
  std::vector<Term> terms;
  Collect(root_, values, terms);
  return terms;
}

}  // namespace linnet::kconfig
