using System.Text.Json;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;

namespace Reeve.Core.Restraints;

/// <summary>Approval: people must say yes to the action. The loop asks them when only this restraint holds it back.</summary>
public sealed class ApprovalRestraint(ApprovalSettings settings) : IRestraint
{
    /// <inheritdoc/>
    public string Name => "approval";

    /// <summary>What is asked, and how long people have.</summary>
    public ApprovalSettings Settings => settings;

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question)
    {
        var approval = question.Ledger.ApprovalOf(question.Key);
        return approval?.Status == ApprovalStatus.Approved
            ? RestraintAnswer.Allow
            : RestraintAnswer.Held(new Explanation(approval?.Id, approval?.Status ?? ApprovalStatus.Pending, approval?.DecidedBy), null);
    }

    /// <summary>Nobody has said yes.</summary>
    public sealed record Explanation(ApprovalId? Approval, ApprovalStatus Status, string? DecidedBy) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text => Status switch
        {
            ApprovalStatus.Pending => $"waits for approval{(Approval is { } id ? $" {id}" : "")}",
            ApprovalStatus.Denied => $"denied by {DecidedBy} ({Approval})",
            _ => $"approval {Approval} is {Status.ToString().ToLowerInvariant()}",
        };

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteString("status", Status.ToString().ToLowerInvariant());
            if (Approval is { } id)
            {
                writer.WriteString("approval", id.Value);
            }
        }
    }
}
