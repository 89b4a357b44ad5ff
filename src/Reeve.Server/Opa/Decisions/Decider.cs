using System.Diagnostics;
using Reeve.Languages.Rego;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Partial;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Opa.Documents;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa.Decisions;

/// <summary>Asks a snapshot.</summary>
internal sealed class Decider(OpaOptions options, TimeProvider time)
{
    private readonly EvaluationLimits _limits = EvaluationLimits.Default with { Time = options.EvaluationLimit };

    /// <summary>The document at a path; null is undefined. Throws <see cref="OpaProblem"/> when it cannot be evaluated.</summary>
    public Value? Document(OpaSnapshot snapshot, string path, Value? input, in Question question, CancellationToken cancellationToken)
    {
        var document = snapshot.Program.Document(path, out var wasReady);
        question.Metrics?.Prepared(wasReady);
        var begun = question.Metrics is null ? 0 : Stopwatch.GetTimestamp();
        var decision = document.Evaluate(InputOf(snapshot, input, question), cancellationToken);
        question.Metrics?.Evaluated(Stopwatch.GetElapsedTime(begun));
        return decision.Error is null ? decision.Value : throw Failed(decision.Error, cancellationToken);
    }

    /// <summary>The rows of a query. Throws <see cref="OpaProblem"/> when it cannot be read or evaluated.</summary>
    public IReadOnlyList<QueryRow> Query(
        OpaSnapshot snapshot, string text, Value? input, in Question question, CancellationToken cancellationToken)
    {
        var query = snapshot.Program.Query(text, out var errors, out var wasReady);
        if (query is null)
        {
            var message = errors.Count > 0 && errors[0].Code == RegoError.ParseError ? OpaErrors.OfParsing : OpaErrors.OfQuery;
            throw OpaProblem.Invalid(message, OpaErrors.From(errors, text));
        }

        question.Metrics?.Prepared(wasReady);
        var begun = question.Metrics is null ? 0 : Stopwatch.GetTimestamp();
        var outcome = query.Evaluate(InputOf(snapshot, input, question), cancellationToken);
        question.Metrics?.Evaluated(Stopwatch.GetElapsedTime(begun));
        return outcome.Error is null ? outcome.Rows : throw Failed(outcome.Error, cancellationToken);
    }

    /// <summary>What is left of a query. Throws <see cref="OpaProblem"/> when it cannot be read or evaluated in part.</summary>
    public PartialOutcome Partial(
        OpaSnapshot snapshot, string text, Value? input, IReadOnlyList<string> unknowns, in Question question,
        CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_limits.Time);
        try
        {
            var begun = question.Metrics is null ? 0 : Stopwatch.GetTimestamp();
            var options = new PartialOptions { Unknowns = unknowns, Input = InputOf(snapshot, input, question) };
            var outcome = PartialEvaluation.Run(snapshot.Program.Program, text, options, limit.Token);
            question.Metrics?.Evaluated(Stopwatch.GetElapsedTime(begun));
            return outcome.Errors.Count == 0
                ? outcome
                : throw OpaProblem.Invalid(
                    outcome.Errors[0].Code == RegoError.ParseError ? OpaErrors.OfParsing : OpaErrors.OfQuery,
                    OpaErrors.From(outcome.Errors, text));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw OpaProblem.Invalid("the query takes too long to be evaluated in part");
        }
    }

    private EvaluationInput InputOf(OpaSnapshot snapshot, Value? input, in Question question) => new()
    {
        Input = input,
        Data = snapshot.Data,
        StrictBuiltinErrors = question.Strict,
        Time = time.GetUtcNow(),
        Limits = _limits,
        Tracer = question.Trace,
        AllowNetwork = options.AllowNetwork,
    };

    private static OpaProblem Failed(RegoError error, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return OpaProblem.Evaluation(OpaErrors.From(error));
    }
}

/// <summary>How something is asked.</summary>
internal readonly record struct Question(bool Strict, DecisionMetrics? Metrics, TraceCollector? Trace)
{
    public static Question Of(in OpaParameters parameters, bool logged) => new(
        parameters.Strict, parameters.WantsMetrics || logged ? new DecisionMetrics() : null,
        parameters.Explain is null ? null : new TraceCollector());
}
