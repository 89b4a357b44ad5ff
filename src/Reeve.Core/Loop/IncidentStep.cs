using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;

namespace Reeve.Core.Loop;

/// <summary>Incident: opens, updates and resolves, as the episodes of the pass have moved.</summary>
public sealed class IncidentStep : ILoopStep
{
    /// <inheritdoc/>
    public string Name => "incident";

    /// <inheritdoc/>
    public StepOutcome Run(LoopPass pass, LoopOwner owner)
    {
        foreach (var subject in pass.Subjects)
        {
            if (subject.Found is not { } found)
            {
                continue;
            }

            if (found.Findings.IsEmpty)
            {
                owner.Finisher.Cleared(subject, pass.At, pass.Changes);
            }
            else if (subject.Before is null)
            {
                Open(pass, subject, found, owner);
            }
            else if (subject.Before.FindingsHash != subject.Episode.FindingsHash)
            {
                Update(pass, subject, found, owner);
            }
            else if (subject.Before.ClearedAt is not null)
            {
                pass.Changes.Episodes.Add(subject.Episode);
            }

            owner.Episodes.Put(subject.Episode);
        }

        return StepOutcome.Continue;
    }

    private static void Open(LoopPass pass, Subject subject, CheckVerdict found, LoopOwner owner)
    {
        var binding = pass.Active.Binding;
        owner.Counters.Found++;
        if (binding.Incident.Open || subject.NoEscalation)
        {
            var incident = new Incident
            {
                Id = new(owner.Ids.Next("inc")),
                Scope = binding.Scope,
                Binding = binding.Name,
                Policy = pass.Active.Policy.Name,
                PolicyRevision = pass.Active.Policy.Revision,
                Check = found.Name,
                Target = subject.Episode.Key.Target,
                Episode = subject.Episode.Id,
                Severity = binding.Incident.Severity,
                Summary = subject.Episode.Summary,
                Detail = found.Detail,
                Findings = subject.Episode.Findings,
                FindingCount = found.Findings.Length,
                FindingsHash = subject.Episode.FindingsHash,
                TriggeredAt = pass.At,
                ChangedAt = pass.At,
            };
            subject.Episode = subject.Episode with { Incident = incident.Id };
            owner.Episodes.Put(incident);
            pass.Changes.Incidents.Add(incident);
            pass.Changes.Journal.Add(Entry(JournalKinds.IncidentTriggered, pass, subject, incident.Summary));
        }

        pass.Changes.Episodes.Add(subject.Episode);
    }

    private static void Update(LoopPass pass, Subject subject, CheckVerdict found, LoopOwner owner)
    {
        pass.Changes.Episodes.Add(subject.Episode);
        if (owner.Episodes.IncidentOf(subject.Episode.Id) is not { } incident)
        {
            return;
        }

        incident = incident with
        {
            PolicyRevision = pass.Active.Policy.Revision,
            Summary = subject.Episode.Summary,
            Detail = found.Detail,
            Findings = subject.Episode.Findings,
            FindingCount = found.Findings.Length,
            FindingsHash = subject.Episode.FindingsHash,
            ChangedAt = pass.At,
        };
        owner.Episodes.Put(incident);
        pass.Changes.Incidents.Add(incident);
        pass.Changes.Journal.Add(Entry(JournalKinds.IncidentChanged, pass, subject, incident.Summary));
    }

    internal static JournalEntry Entry(
        string kind, LoopPass pass, Subject subject, string summary, Action<Utf8JsonWriter>? more = null) => new()
        {
            At = pass.At,
            Scope = pass.Active.Binding.Scope,
            Kind = kind,
            Who = $"policy/{pass.Active.Policy.Name}",
            Summary = summary,
            Target = subject.Episode.Key.Target,
            Binding = pass.Active.Binding.Name,
            Policy = pass.Active.Policy.Name,
            PolicyRevision = pass.Active.Policy.Revision,
            Incident = subject.Episode.Incident,
            Episode = subject.Episode.Id,
            Data = Json.Build(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("check", subject.Episode.Key.Check);
                LoopContext.WriteSignal(writer, pass.Signal);
                if (!subject.Episode.Findings.IsEmpty && subject.Found is not null)
                {
                    writer.WriteStartArray("findings");
                    foreach (var finding in subject.Episode.Findings.Take(20))
                    {
                        writer.WriteStartObject();
                        writer.WriteString("summary", finding.Summary);
                        if (finding.Data.ValueKind != JsonValueKind.Undefined)
                        {
                            writer.WritePropertyName("data");
                            finding.Data.WriteTo(writer);
                        }

                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                }

                more?.Invoke(writer);
                writer.WriteEndObject();
            }),
        };
}
