using System.Collections.Immutable;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Identity;
using Reeve.Core.Journal;

namespace Reeve.Core.Loop;

/// <summary>
/// Puts what evaluations remark into the journal: each message of a binding once a minute, and ten messages a minute, since a policy may
/// have one for each signal; what is left out is counted and told with the next.
/// </summary>
internal sealed class RemarkBook
{
    private const int MostAMinute = 10;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly Dictionary<(Scope Scope, string Binding), Page> _pages = [];

    /// <summary>Takes the remarks of a pass's verdict.</summary>
    public void Take(LoopPass pass, ImmutableArray<Diagnostic> remarks)
    {
        var binding = pass.Active.Binding;
        if (!_pages.TryGetValue((binding.Scope, binding.Name), out var page))
        {
            page = _pages[(binding.Scope, binding.Name)] = new Page { Begun = pass.At };
        }

        if (pass.At - page.Begun >= Minute || pass.At < page.Begun)
        {
            page.Begun = pass.At;
            page.Said.Clear();
        }

        foreach (var remark in remarks)
        {
            if (page.Said.Count >= MostAMinute || !page.Said.Add(remark.Message))
            {
                page.LeftOut++;
                continue;
            }

            pass.Changes.Journal.Add(new JournalEntry
            {
                At = pass.At,
                Scope = binding.Scope,
                Kind = JournalKinds.PolicyRemarked,
                Who = $"policy/{pass.Active.Policy.Name}",
                Summary = remark.Message,
                Target = pass.KeyTarget.Key.Path,
                Binding = binding.Name,
                Policy = pass.Active.Policy.Name,
                PolicyRevision = pass.Active.Policy.Revision,
                Data = Json.Build(writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("severity", remark.Severity switch
                    {
                        DiagnosticSeverity.Error => "error",
                        DiagnosticSeverity.Warning => "warning",
                        _ => "info",
                    });
                    if (remark.Place is { } place)
                    {
                        writer.WriteString("place", place);
                    }

                    if (page.LeftOut > 0)
                    {
                        writer.WriteNumber("left_out", page.LeftOut);
                    }

                    LoopContext.WriteSignal(writer, pass.Signal);
                    writer.WriteEndObject();
                }),
            });
            page.LeftOut = 0;
        }
    }

    /// <summary>The binding is gone.</summary>
    public void Drop(Scope scope, string binding) => _pages.Remove((scope, binding));

    private sealed class Page
    {
        public HashSet<string> Said { get; } = new(StringComparer.Ordinal);

        public DateTimeOffset Begun { get; set; }

        public long LeftOut { get; set; }
    }
}
