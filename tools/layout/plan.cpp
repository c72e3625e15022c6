// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
#include "tools/layout/plan.hpp"

#include <algorithm>
#include <utility>

#include "tools/layout/rebuild.hpp"
#include "tools/layout/solve.hpp"

namespace linnet::layout {

const char* const kPlanProof =
    "Exact: every layout has an order by address, an order packed low loses nothing, and a table "
    "over all sets of parts keeps the lowest end of each; every start of the slot within a "
    "protection unit is tried.";

namespace {

std::uint64_t Up(std::uint64_t value, std::uint64_t unit) {
  return unit <= 1 ? value : (value + unit - 1) / unit * unit;
}

class Planner {
 public:
  explicit Planner(const PlanRequest& request) : request_(request), present_(request.present) {
    Find();
    Collect();
  }

  Plan Run() {
    const Problem problem = Build({});
    const std::optional<Solution> solution = Solve(problem);
    Plan plan;
    plan.app_before = app_->size;
    plan.app_need = ApplicationNeed();
    if (!solution || solution->app_size < plan.app_need) {
      throw Error(present_.file, 0,
                  "no layout fits: the application needs " + std::to_string(plan.app_need) +
                      " B and gets at most " + std::to_string(solution ? solution->app_size : 0) +
                      " B; make an image or a reserve smaller, or keep less in place");
    }
    plan.app_after = solution->app_size;
    Arrangement arrangement{.slot = solution->slot,
                            .slot_size = solution->slot_size,
                            .app = solution->app,
                            .second = solution->second,
                            .second_inside = second_inside_};
    for (std::size_t i = 0; i < free_.size(); ++i) {
      arrangement.groups.push_back({free_[i].parts, solution->offsets[i], free_[i].size});
    }
    for (const Group& group : fixed_) {
      arrangement.groups.push_back({group.parts, group.offset, group.size});
    }
    arrangement.head = head_;
    plan.map = Rebuild(present_, *app_, slot_, arrangement, request_.external_patch);
    Explain(plan);
    Verify(plan);
    return plan;
  }

 private:
  struct Group {
    std::string name{};
    std::vector<PlacedPart> parts{};
    std::uint64_t need = 0;
    std::uint64_t size = 0;
    std::uint64_t unit = 1;
    std::uint64_t offset = 0;
    bool secure = false;
  };

  [[noreturn]] void Fail(const std::string& what) const { throw Error(present_.file, 0, what); }

  void Find() {
    app_ = FindApplication(present_);
    if (app_ == nullptr) {
      Fail("has no application partition ('app' or 'slot0_partition') to make room for");
    }
    region_ = present_.FindRegion(app_->region);
    if (region_ == nullptr || !region_->is_flash()) {
      Fail("the application lies in '" + app_->region + "', which the chip file does not describe");
    }
    two_worlds_ = HasTwoWorlds(present_, app_->region) && region_->protection_unit != 0;
    for (const Slots& slots : FindSlots(present_)) {
      if (slots.image == 0) {
        slot_ =
            slots.primary != nullptr && Contains(*slots.primary, *app_) ? slots.primary : nullptr;
        second_ = slots.secondary;
      }
    }
    second_inside_ = second_ != nullptr && second_->region == region_->name;
  }

  [[nodiscard]] std::uint64_t NeedOf(const std::string& name, std::uint64_t otherwise) const {
    const auto found = request_.images.find(name);
    if (found == request_.images.end()) {
      return otherwise;
    }
    return name == "app" ? found->second
                         : found->second + found->second * request_.reserve_percent / 100;
  }

  /// The firmware leaves the application's image when it gets slots of its own, and was in it if
  /// the present map has none.
  [[nodiscard]] bool PatchLeaves() const {
    return request_.external_patch && present_.Find(kPatchPartition) == nullptr;
  }

  [[nodiscard]] std::uint64_t ApplicationNeed() const {
    const std::uint64_t all = NeedOf("app", 0);
    const auto patch = request_.images.find(kPatchPartition);
    if (!PatchLeaves() || patch == request_.images.end() || all == 0) {
      return all;
    }
    if (patch->second >= all) {
      Fail("an application of " + std::to_string(all) + " B cannot hold Wi-Fi firmware of " +
           std::to_string(patch->second) +
           " B; give the size of the image with the firmware in it");
    }
    return all - patch->second;
  }

  [[nodiscard]] std::string PatchReason() const {
    const auto patch = request_.images.find(kPatchPartition);
    const std::string slots = std::string(kPatchPartition) + ": two slots in external flash; ";
    if (!PatchLeaves()) {
      return slots + "the application does not hold it today";
    }
    return patch == request_.images.end()
               ? slots + "it leaves the application; with --image " + kPatchPartition +
                     "=FILE its size is taken off what the application needs"
               : slots + "its " + std::to_string(patch->second) + " B leave the application";
  }

  [[nodiscard]] bool Kept(const std::string& name) const {
    return std::find(request_.keep.begin(), request_.keep.end(), name) != request_.keep.end();
  }

  void Collect() {
    for (const std::string& name : request_.keep) {
      if (present_.Find(name) == nullptr) {
        Fail("has no '" + name + "' to keep in place");
      }
    }
    for (const auto& [name, size] : request_.images) {
      if (name == kPatchPartition && PatchLeaves()) {
        if (size > kPatchSize) {
          Fail("Wi-Fi firmware of " + std::to_string(size) + " B does not fit the " +
               std::to_string(kPatchSize) + " B that a plan gives it");
        }
        continue;
      }
      if (present_.Find(name) == nullptr) {
        Fail("has no '" + name + "' that the image of " + std::to_string(size) + " B is for");
      }
    }
    for (const Partition* leaf : Leaves(present_, region_->name)) {
      if (leaf == app_ || leaf == slot_ || leaf == second_ ||
          (second_inside_ && Contains(*second_, *leaf))) {
        continue;
      }
      if (slot_ != nullptr && Contains(*slot_, *leaf)) {
        InSlot(*leaf);
      } else {
        AddToGroup(*leaf);
      }
    }
    for (Group& group : free_) {
      group.size = Up(group.need, std::max(std::uint64_t{region_->page_size}, group.unit));
    }
    if (free_.size() > kMaxFree) {
      Fail("has more than " + std::to_string(kMaxFree) + " parts to move; keep some in place");
    }
  }

  void InSlot(const Partition& leaf) {
    if (leaf.offset > app_->offset) {
      Fail("'" + leaf.name + "' lies behind the application in its slot; plan that by hand");
    }
    head_.push_back({leaf.name, NeedOf(leaf.name, leaf.size)});
  }

  /// Storage of one world is one group: only its sum must be aligned.
  void AddToGroup(const Partition& leaf) {
    const Partition* container = nullptr;
    for (const char* name : {"tfm_storage", "nonsecure_storage"}) {
      const Partition* candidate = present_.Find(name);
      if (candidate != nullptr && Contains(*candidate, leaf)) {
        container = candidate;
      }
    }
    const bool tfm =
        leaf.name == "tfm_its" || leaf.name == "tfm_ps" || leaf.name == "tfm_otp_nv_counters";
    std::string name = container != nullptr ? container->name : tfm ? "tfm_storage" : leaf.name;
    const std::uint64_t need = NeedOf(leaf.name, leaf.size);
    const bool first = leaf.offset == 0;
    if (first || Kept(leaf.name)) {
      const std::uint64_t size = Kept(leaf.name) ? leaf.size : Up(need, region_->page_size);
      fixed_.push_back({leaf.name,
                        {{leaf.name, size}},
                        need,
                        size,
                        1,
                        leaf.offset,
                        SecurityOf(present_, leaf) == Security::kSecure});
      return;
    }
    const auto found = std::find_if(free_.begin(), free_.end(),
                                    [&](const Group& group) { return group.name == name; });
    Group& group = found != free_.end() ? *found : free_.emplace_back(Group{.name = name});
    group.secure = SecurityOf(present_, leaf) == Security::kSecure;
    group.unit = two_worlds_ && name != leaf.name ? region_->protection_unit : region_->page_size;
    group.parts.push_back({leaf.name, Up(need, region_->page_size)});
    group.need += Up(need, region_->page_size);
  }

  /// The problem as it is, or with one part of another size.
  [[nodiscard]] Problem Build(const std::pair<std::string, std::uint64_t>& changed) const {
    Problem problem{.size = region_->size,
                    .page = region_->page_size,
                    .protection = two_worlds_ ? region_->protection_unit : 0,
                    .second_slot = second_inside_};
    const auto need = [&](const std::string& name, std::uint64_t usual) {
      return name == changed.first ? changed.second : usual;
    };
    for (const PlacedPart& part : head_) {
      problem.head += need(part.name, part.size);
    }
    for (const Group& group : fixed_) {
      const std::uint64_t size = need(group.name, group.size);
      problem.fixed.push_back({Up(size, problem.page), 1, group.secure, group.offset});
    }
    for (const Group& group : free_) {
      const std::uint64_t size =
          Up(need(group.name, group.need), std::max(problem.page, group.unit));
      problem.free.push_back({size, group.unit, group.secure, 0});
    }
    return problem;
  }

  void Explain(Plan& plan) const {
    for (const Group& group : fixed_) {
      if (!Kept(group.name)) {
        Cost(plan, group.name, group.need, group.size);
      }
    }
    for (const PlacedPart& part : head_) {
      const Partition* now = plan.map.Find(part.name);
      if (part.name.find("pad") == std::string::npos && now != nullptr) {
        Cost(plan, part.name, part.size, now->size);
      }
    }
    for (const Group& group : free_) {
      Cost(plan, group.name, group.need, group.size);
    }
    Reasons(plan);
  }

  [[nodiscard]] std::uint64_t AppWith(const std::string& name, std::uint64_t need) const {
    const std::optional<Solution> solution = Solve(Build({name, need}));
    return solution ? solution->app_size : 0;
  }

  void Cost(Plan& plan, const std::string& name, std::uint64_t need, std::uint64_t given) const {
    PlanCost cost{.name = name, .need = need, .given = given};
    const std::uint64_t with_more = AppWith(name, given + 1);
    cost.next_cost = plan.app_after - std::min(plan.app_after, with_more);
    const std::uint64_t page = region_->page_size;
    for (std::uint64_t smaller = (need - 1) / page * page; smaller > 0; smaller -= page) {
      const std::uint64_t app = AppWith(name, smaller);
      if (app > plan.app_after) {
        cost.less = need - smaller;
        cost.gain = app - plan.app_after;
        break;
      }
    }
    plan.costs.push_back(cost);
  }

  void Reasons(Plan& plan) const {
    for (const Group& group : free_) {
      std::string parts;
      for (const PlacedPart& part : group.parts) {
        parts += (parts.empty() ? "" : ", ") + part.name;
      }
      plan.reasons.push_back(group.parts.size() > 1
                                 ? group.name + ": " + parts +
                                       " lie behind one another, because only their sum must "
                                       "be aligned to " +
                                       Hex(group.unit)
                                 : group.name + ": as low as its pages allow");
    }
    for (const Group& group : fixed_) {
      plan.reasons.push_back(group.name + (Kept(group.name)
                                               ? ": kept in place, as asked"
                                               : ": stays at 0x0, where the chip starts, in whole "
                                                 "pages"));
    }
    if (two_worlds_) {
      plan.reasons.push_back("app: begins at a multiple of " + Hex(region_->protection_unit) +
                             ", so that no protection unit is of two worlds; what is left in front "
                             "of it belongs to the Secure image");
    }
    if (second_ != nullptr) {
      plan.reasons.push_back(second_->name +
                             ": as large as the primary slot, or an image that "
                             "fits one would not fit the other");
    }
    if (request_.external_patch) {
      plan.reasons.push_back(PatchReason());
    }
  }

  void Verify(const Plan& plan) const {
    const std::vector<Finding> findings = Check(plan.map, {.mode = request_.mode}, nullptr);
    if (HasErrors(findings)) {
      Fail("the best layout would still be wrong: " + findings.front().what + "; " +
           findings.front().remedy);
    }
  }

  const PlanRequest& request_;
  const Map& present_;
  const Partition* app_ = nullptr;
  const Partition* slot_ = nullptr;
  const Partition* second_ = nullptr;
  const Region* region_ = nullptr;
  bool two_worlds_ = false;
  bool second_inside_ = false;
  std::vector<PlacedPart> head_;
  std::vector<Group> fixed_;
  std::vector<Group> free_;
};

}  // namespace

Plan MakePlan(const PlanRequest& request) {
  return Planner(request).Run();
}

}  // namespace linnet::layout
