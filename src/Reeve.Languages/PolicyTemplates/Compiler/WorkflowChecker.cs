using System.Collections.Immutable;
using Reeve.Languages.CloudWorkflow;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>Which workflow calls which, and with how many arguments.</summary>
internal sealed class WorkflowChecker(Registry registry, Problems problems)
{
    public void Check(TemplateTree tree)
    {
        foreach (var workflow in tree.Workflows)
        {
            var owner = new BlockName("define", workflow.Name);
            foreach (var statement in WorkflowWalk.Statements(workflow.Body))
            {
                if (statement is CallStatement call)
                {
                    Check(call, owner);
                }
            }

            foreach (var expression in WorkflowWalk.Expressions(workflow))
            {
                Use(expression, owner);
            }
        }
    }

    private void Check(CallStatement call, BlockName owner)
    {
        registry.Use(owner, new BlockName("define", call.Name));
        if (!registry.Workflows.TryGetValue(call.Name, out var called))
        {
            // found when it runs, and many published templates carry such a call; the platform has definitions of its own, all below a
            // name with a dot
            if (!call.Name.Contains('.', StringComparison.Ordinal))
            {
                problems.Note(
                    call.At, "undefined-define",
                    $"there is no `define {call.Name}`: the workflow will fail here{Names.Hint(call.Name, registry.Workflows.Keys)}");
            }
        }
        else if (called.Parameters.Length != call.Arguments.Length)
        {
            // likewise
            problems.Note(
                call.At, "wrong-number-of-arguments",
                $"`{call.Name}` takes {called.Parameters.Length} and is called with {call.Arguments.Length}: the workflow will fail here; "
                + $"it is the `define` on line {called.At.Line}");
        }
    }

    private void Use(Expression expression, BlockName owner)
    {
        switch (expression)
        {
            case VariableExpression { IsGlobal: true } global:
                foreach (var kind in (string[])["credentials", "auth"])
                {
                    if (registry.Find(kind, global.Name[2..]) is not null)
                    {
                        registry.Use(owner, new BlockName(kind, global.Name[2..]));
                    }
                }

                break;

            // a handler, as `on_error: handle()`
            case CallExpression { On: null } call when registry.Workflows.ContainsKey(call.Name):
                registry.Use(owner, new BlockName("define", call.Name));
                break;
        }
    }
}
