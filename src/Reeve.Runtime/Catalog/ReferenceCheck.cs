using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Matching;
using Reeve.Core.Policies;
using Reeve.Core.Policies.Properties;
using Reeve.Core.Targets;
using Reeve.Runtime.Schedules;

namespace Reeve.Runtime.Catalog;

/// <summary>Checks what documents say of each other, over the view as it would be; compiles the policies that this concerns.</summary>
internal sealed class ReferenceCheck(
    CatalogView view, IReadOnlyDictionary<string, IEngine> engines, IReadOnlyDictionary<string, IActor> actors,
    IReadOnlyDictionary<string, IDriver> drivers, ITargets targets)
{
    /// <summary>The mistakes of one document that is laid over the others, with paths inside it.</summary>
    public void Check(CatalogEntry entry, List<Mistake> mistakes)
    {
        switch (entry)
        {
            case TypeEntry type:
                Check(type, mistakes);
                break;
            case PolicyEntry policy:
                if (Compile(policy, mistakes) is { } compiled)
                {
                    view.Put(compiled);
                }

                break;
            case BindingEntry binding:
                Check(binding, mistakes);
                break;
            case WorkflowEntry workflow:
                CheckSteps(workflow.Workflow, mistakes);
                break;
            case TargetEntry target:
                Check(target, mistakes);
                break;
        }
    }

    /// <summary>The policies of a changed type, compiled anew under it; they must still fit.</summary>
    public void Recompile(TypeEntry type, List<Mistake> mistakes)
    {
        foreach (var policy in view
            .All<PolicyEntry>()
            .Where(p => p.Key.Scope == type.Key.Scope && p.Type == type.Key.Name && p.Compiled != type.Type)
            .ToList())
        {
            var own = new List<Mistake>();
            if (Compile(policy, own) is { } compiled)
            {
                view.Put(compiled);
            }

            foreach (var mistake in own)
            {
                mistakes.Add(new Mistake(
                    ErrorCodes.InUse, "/spec", $"policy `{policy.Key.Name}` would no longer fit: {mistake.Path}: {mistake.Message}"));
            }
        }
    }

    /// <summary>Who still uses what is taken away.</summary>
    public void CheckRemoved(ResourceKey key, CatalogEntry? was, List<Mistake> mistakes)
    {
        var users = key.Kind switch
        {
            ResourceKinds.PolicyType =>
                view.All<PolicyEntry>().Where(p => p.Key.Scope == key.Scope && p.Type == key.Name).Select(p => p.Key),
            ResourceKinds.Policy =>
                view.All<BindingEntry>().Where(b => b.Key.Scope == key.Scope && b.Binding.Policy == key.Name).Select(b => b.Key),
            ResourceKinds.Workflow => view
                .All<BindingEntry>()
                .Where(b => b.Key.Scope == key.Scope && ActionsOf(b.Binding).Any(a => IsWorkflow(a.Action, key.Name)))
                .Select(b => b.Key)
                .Concat(
                    view.All<WorkflowEntry>()
                        .Where(w => w.Key.Scope == key.Scope && StepsOf(w.Workflow.Steps).Any(s => IsWorkflow(s.Action, key.Name)))
                        .Select(w => w.Key)),
            _ => [],
        };
        var names = users.Select(u => $"`{u}`").Take(5).ToList();
        if (names.Count > 0)
        {
            mistakes.Add(new Mistake(ErrorCodes.InUse, "", $"`{key}` is used by {string.Join(", ", names)}; delete or change that first"));
        }

        if (was is TargetEntry tree)
        {
            foreach (var target in tree.Targets)
            {
                CheckRemoved(target, mistakes);
            }
        }
    }

    /// <summary>What runs below a declared target that goes.</summary>
    public void CheckRemoved(Target declared, List<Mistake> mistakes)
    {
        var running = targets.Children(declared.Key).FirstOrDefault(c => !c.Declared && c.State is not TargetState.Deleted);
        if (running is not null)
        {
            mistakes.Add(new Mistake(
                ErrorCodes.InUse, "",
                $"`{running.Key}` still exists below `{declared.Key}`; delete it first: reeve exec start delete {declared.Key}"));
        }
    }

    private static bool IsWorkflow(ActionSpec? action, string name) => action is { Kind: ActionKind.Workflow } && action.Name == name;

    private void Check(TypeEntry type, List<Mistake> mistakes)
    {
        if (!engines.TryGetValue(type.Type.Engine, out var engine))
        {
            mistakes.Add(new Mistake(
                ErrorCodes.NotFound, "/spec/engine",
                $"there is no engine `{type.Type.Engine}`{DidYouMean.Hint(type.Type.Engine, engines.Keys)}; "
                    + $"there are {string.Join(", ", engines.Keys)}"));
            return;
        }

        mistakes.AddRange(engine.CheckSource(type.Type));
    }

    private PolicyEntry? Compile(PolicyEntry entry, List<Mistake> mistakes)
    {
        var scope = entry.Key.Scope;
        if (view.FindType(scope, entry.Type) is not { } type)
        {
            mistakes.Add(new Mistake(
                ErrorCodes.NotFound, "/spec/type",
                $"there is no policy type `{entry.Type}`{DidYouMean.Hint(entry.Type, view.TypeNames(scope))}"));
            return null;
        }

        if (!engines.TryGetValue(type.Engine, out var engine))
        {
            mistakes.Add(new Mistake(
                ErrorCodes.NotFound, "/spec/type", $"policy type `{entry.Type}` needs the engine `{type.Engine}`, which is not here"));
            return null;
        }

        var read = PropertyReader.Read(type.Properties, entry.Given, "/spec/properties", type.Coercion);
        if (read.Mistakes.Count > 0)
        {
            mistakes.AddRange(read.Mistakes);
            return null;
        }

        var policy = new Policy(scope, entry.Key.Name, entry.Type, read.Values, entry.Revision);
        var compiled = engine.Compile(type, policy);
        mistakes.AddRange(compiled.Mistakes);
        return compiled.Program is { } program ? entry with { Policy = policy, Compiled = type, Program = program } : null;
    }

    private void Check(BindingEntry entry, List<Mistake> mistakes)
    {
        var scope = entry.Key.Scope;
        var policy = entry.Binding.Policy;
        if (view.Find<PolicyEntry>(scope, ResourceKinds.Policy, policy) is null)
        {
            var names = view.All<PolicyEntry>().Where(p => p.Key.Scope == scope).Select(p => p.Key.Name);
            mistakes.Add(new Mistake(
                ErrorCodes.NotFound, "/spec/policy", $"there is no policy `{policy}`{DidYouMean.Hint(policy, names)}"));
        }

        if (entry.Binding.Schedule is { } schedule && ScheduleClock.ProblemOf(schedule) is { } problem)
        {
            mistakes.Add(new Mistake(ErrorCodes.NotAllowed, "/spec/on/schedule", problem));
        }

        foreach (var (action, path) in ActionsOf(entry.Binding))
        {
            Check(action, scope, path, mistakes);
        }
    }

    private static IEnumerable<(ActionSpec Action, string Path)> ActionsOf(Binding binding) =>
        new[] { (binding.Escalation, "escalation"), (binding.Resolution, "resolution") }.SelectMany(
            side => side.Item1.SelectMany(
                (branch, b) => branch.Steps.Select((step, s) => (step.Action, $"/spec/{side.Item2}/{b}/steps/{s}"))));

    private void CheckSteps(Workflow workflow, List<Mistake> mistakes)
    {
        foreach (var step in StepsOf(workflow.Steps))
        {
            if (step.Action is { } action)
            {
                Check(action, workflow.Scope, "/spec/steps", mistakes);
                if (IsWorkflow(action, workflow.Name))
                {
                    mistakes.Add(new Mistake(ErrorCodes.NotAllowed, "/spec/steps", $"step `{step.Name}` runs the workflow that it is in"));
                }
            }
        }
    }

    private static IEnumerable<WorkflowStep> StepsOf(IEnumerable<WorkflowStep> steps) =>
        steps.SelectMany(s => s.Parallel.SelectMany(branch => StepsOf(branch)).Prepend(s));

    private void Check(ActionSpec action, Core.Identity.Scope scope, string path, List<Mistake> mistakes)
    {
        if (action.Kind == ActionKind.Workflow && view.Find<WorkflowEntry>(scope, ResourceKinds.Workflow, action.Name) is null)
        {
            var names = view.All<WorkflowEntry>().Where(w => w.Key.Scope == scope).Select(w => w.Key.Name);
            mistakes.Add(new Mistake(
                ErrorCodes.NotFound, path + "/workflow", $"there is no workflow `{action.Name}`{DidYouMean.Hint(action.Name, names)}"));
        }

        if (action.Kind != ActionKind.Actor)
        {
            return;
        }

        if (!actors.TryGetValue(action.Name, out var actor))
        {
            mistakes.Add(new Mistake(
                ErrorCodes.NotFound, path + "/actor",
                $"there is no actor `{action.Name}`{DidYouMean.Hint(action.Name, actors.Keys)}; "
                    + $"there are {string.Join(", ", actors.Keys)}"));
            return;
        }

        mistakes.AddRange(actor.Check(action.Inputs).Select(problem => new Mistake(ErrorCodes.NotAllowed, path + "/with", problem)));
    }

    private void Check(TargetEntry entry, List<Mistake> mistakes)
    {
        foreach (var target in entry.Targets)
        {
            if (target.Driver is { } driver && !drivers.ContainsKey(driver.Name))
            {
                mistakes.Add(new Mistake(
                    ErrorCodes.NotFound, "/spec",
                    $"`{target.Key}`: there is no driver `{driver.Name}`{DidYouMean.Hint(driver.Name, drivers.Keys)}; "
                        + $"there are {string.Join(", ", drivers.Keys)}"));
            }
        }
    }
}
