using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Policies;
using Reeve.Core.Signals;
using Reeve.Senlin.Policies.Kinds;

namespace Reeve.Senlin.Policies;

/// <summary>A Senlin policy in the loop: it has a say in the operations on a cluster, and keeps when it last let one pass.</summary>
internal sealed class SenlinProgram(SenlinPolicy policy, Policy document) : IInlineProgram
{
    /// <inheritdoc/>
    public IProgramInstance Open(JsonElement saved) => new Instance(policy, document, saved.Text("last_op"));

    private sealed class Instance(SenlinPolicy policy, Policy document, string? lastOp) : IProgramInstance
    {
        private DateTimeOffset? _lastOp =
            DateTimeOffset.TryParse(lastOp, System.Globalization.CultureInfo.InvariantCulture, out var last) ? last : null;

        public DateTimeOffset? NextTimer => null;

        public bool IsIdle => _lastOp is null;

        public void OnSignal(in EvaluationInput input, List<Verdict> verdicts)
        {
            if (input.Signal is not OperationSignal operation)
            {
                return;
            }

            var question = TargetPicture.Of(operation, input);
            if (!policy.Handles(question))
            {
                return;
            }

            var self = new PolicyIdentity(document.Name, document.Name, _lastOp, Json.EmptyObject);
            if (operation.Phase == OperationPhase.After)
            {
                _ = policy.After(question, self);
                if (policy is ScalingPolicy)
                {
                    _lastOp = input.Now;
                }

                return;
            }

            var before = question.Data.ToJsonString();
            var decision = policy.Before(question, self);
            if (decision.IsError)
            {
                verdicts.Add(new Verdict { Operation = OperationChange.Refuse(decision.Reason!) });
            }
            else if (question.Data.ToJsonString() != before)
            {
                TargetPicture.Translate(operation.Operation, question);
                verdicts.Add(new Verdict { Operation = OperationChange.Amend(Json.From(question.Data)) });
            }
        }

        public void OnTimer(in EvaluationInput input, List<Verdict> verdicts)
        {
        }

        public JsonElement Save() => _lastOp is { } last ? Json.Object(("last_op", last.ToString("O"))) : default;

        public JsonElement Describe() => Json.From(new JsonObject { ["last_op"] = _lastOp?.ToString("O") });
    }
}
