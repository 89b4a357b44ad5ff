using System.Text.Json;

namespace Reeve.Core.Restraints;

/// <summary>
/// Settle: while another binding's scaling of the same group, in the same direction, still gets its time to show, no further one starts.
/// </summary>
public sealed class SettleRestraint : IRestraint
{
    /// <inheritdoc/>
    public string Name => "settle";

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question) =>
        question.Ledger.SettlingOn(question.Target.Key, question.Now) is { } settling && settling.Binding != question.Binding.Name
            ? RestraintAnswer.Held(new Explanation(settling.Binding, settling.Action, settling.Until), settling.Until)
            : RestraintAnswer.Allow;

    /// <summary>The last action still gets time to show.</summary>
    public sealed record Explanation(string Binding, string Action, DateTimeOffset Over) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text => $"{Action} of binding `{Binding}` gets time to show its effect until {Over:HH:mm:ss}";

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            writer.WriteString("binding", Binding);
            writer.WriteString("action", Action);
        }
    }
}
