using System.Collections.Concurrent;
using Reeve.Flexera.Credentials;
using Reeve.Flexera.Datasources;
using Reeve.Flexera.Incidents;
using Reeve.Flexera.Network;
using Reeve.Flexera.Parameters;
using Reeve.Flexera.Scripts;
using Reeve.Flexera.Terms;
using Reeve.Languages.Data.Rows;
using Reeve.Languages.PolicyTemplates;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Flexera.Evaluation;

/// <summary>Evaluates a template once: only the datasources that are needed, each one once, those that do not wait for each other side
/// by side.</summary>
public sealed class TemplateRun
{
    private readonly PolicyTemplate _template;
    private readonly RunOptions _options;
    private readonly Dictionary<string, object?> _parameters;
    private readonly List<Definition> _datasources;
    private readonly ConcurrentDictionary<string, Lazy<Task<object?>>> _values = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<EvaluationFault> _faults = new();
    private readonly ConcurrentQueue<DatasourceProfile> _profile = new();
    private readonly Secrets _secrets;
    private readonly RowSpool _spool;
    private readonly TermScope _scope;
    private readonly DatasourceTools _tools;
    private readonly CancellationToken _cancellationToken;

    private TemplateRun(
        PolicyTemplate template, RunOptions options, Dictionary<string, object?> parameters, ITraffic traffic, Secrets secrets,
        RowSpool spool, CancellationToken cancellationToken)
    {
        _template = template;
        _options = options;
        _parameters = parameters;
        _secrets = secrets;
        _spool = spool;
        _cancellationToken = cancellationToken;
        _datasources = [.. template.Tree.Definitions.Where(d => d is { Name: "datasource", Label: not null })];
        var clock = new FixedClock(options.Now ?? options.Time.GetUtcNow());
        _scope = new TermScope
        {
            Reference = Value,
            Word = options.Words.Of,
            Secret = SecretOf,
            Paths = new Paths(clock, cancellationToken),
            Clock = clock,
        };
        var sender = new Sender(traffic, new HostRules(options.AllowedHosts), _secrets, options.Time);
        var signers = options is not { ReplayFrom: null, Answers: null } ? null
            : new Signers(template, options.Credentials, _scope, sender, _secrets, options.Time);
        _tools = new DatasourceTools(template, sender, signers, new ScriptCalls(template, options.Scripts, clock, spool), options, spool);
    }

    /// <summary>Evaluates; whatever goes wrong is an error in the report.</summary>
    public static async Task<RunReport> RunAsync(PolicyTemplate template, RunOptions options, CancellationToken cancellationToken)
    {
        var faults = new List<EvaluationFault>();
        var parameters = ParameterReader.Read(template, options.Parameters, faults);
        if (options.Datasource is { } only && template.Block("datasource", only) is null)
        {
            var names = template.Tree.Definitions.Where(d => d.Name == "datasource").Select(d => d.Label!);
            faults.Add(new EvaluationFault($"the template has no datasource `{only}`{Core.Errors.DidYouMean.Hint(only, names)}")
            {
                Datasource = only,
            });
        }

        if (options is { ReplayFrom: null, Answers: null })
        {
            faults.AddRange(CredentialCheck.Faults(template, options.Credentials));
        }

        if (faults.Count > 0)
        {
            return new RunReport(null)
            {
                Datasources = [],
                Incidents = [],
                Requests = [],
                Profile = [],
                Console = [],
                Errors = [.. faults.Select(Error)],
            };
        }

        var secrets = new Secrets();
        foreach (var name in ParameterReader.Secret(template))
        {
            foreach (var item in Values.Items(parameters.GetValueOrDefault(name)))
            {
                secrets.Add(Values.Text(item), data: false);
            }
        }

        using var late = new CancellationTokenSource(options.Longest, options.Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        using var network = options is { ReplayFrom: null, Answers: null } ? new HttpTraffic(options.HttpTo, options.Time) : null;
        ITraffic traffic = options.Answers is { } answers ? new GivenTraffic(answers)
            : network is null ? new ReplayedTraffic(options.ReplayFrom!, secrets)
            : options.RecordTo is { } folder ? new RecordingTraffic(network, folder, secrets) : network;
        var spool = options.Spool();
        try
        {
            return await new TemplateRun(template, options, parameters, traffic, secrets, spool, ending.Token)
                .EvaluateAsync(cancellationToken);
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    private async Task<RunReport> EvaluateAsync(CancellationToken stopped)
    {
        var incidents = new List<Incident>();
        if (_options.Datasource is { } only)
        {
            await AwaitAsync([only]);
        }
        else
        {
            var validations = Validation.Of(_template);
            await AwaitAsync(validations.SelectMany(v => v.Needs(_template)).Distinct(StringComparer.Ordinal));
            if (_faults.IsEmpty)
            {
                incidents.AddRange(validations.Select(Judge).OfType<Incident>());
            }
        }

        stopped.ThrowIfCancellationRequested();
        var done = _datasources.Where(d => _values.TryGetValue(d.Label!, out var task) && task.Value.IsCompletedSuccessfully)
            .Select(d => KeyValuePair.Create(d.Label!, Clean(_values[d.Label!].Value.Result))).ToList();
        return new RunReport(_spool)
        {
            Datasources = done,
            Incidents = !_faults.IsEmpty ? []
                : _secrets.AreInData ? incidents.ConvertAll(i => CleanData.Of(i, _secrets, _spool)) : incidents,
            Requests = _tools.Sender.Sent,
            Errors = [.. _faults.OrderBy(f => f.Line).Select(Error).Select(e => e with { Message = _secrets.Remove(e.Message) })],
            Profile = [.. _profile],
            Console = [.. _tools.Scripts.Console.Select(_secrets.RemoveFromData)],
        };
    }

    private object? Clean(object? value) => _secrets.AreInData ? CleanData.Of(value, _secrets, _spool) : value;

    private Incident? Judge(Validation validation)
    {
        try
        {
            return validation.Evaluate(_scope, new TemplateTexts(_parameters, _options.Words.Of), _spool, _cancellationToken);
        }
        catch (Exception fault) when (fault is TermFault or RowSpaceException)
        {
            _faults.Enqueue(new EvaluationFault($"{validation.Block.Name} `${validation.Source}`: {fault.Message}")
            {
                Line = validation.Block.At.Line,
            });
        }
        catch (OperationCanceledException)
        {
            _faults.Enqueue(TooLong(validation.Source));
        }

        return null;
    }

    // every fault is kept by the datasource that has it; one that only waited for it stays silent
    private async Task AwaitAsync(IEnumerable<string> names)
    {
        try
        {
            await Task.WhenAll(names.Select(Started));
        }
        catch (Exception e) when (e is EvaluationFault or OperationCanceledException)
        {
            if (_faults.IsEmpty)
            {
                _faults.Enqueue(TooLong(""));
            }
        }
    }

    private Task<object?> Started(string name) =>
        _values.GetOrAdd(name, n => new Lazy<Task<object?>>(() => Task.Run(() => DatasourceAsync(n), CancellationToken.None))).Value;

    private async Task<object?> DatasourceAsync(string name)
    {
        var order = _datasources.FindIndex(d => d.Label == name);
        var block = _datasources[order];
        await Task.WhenAll(References.Of(_template, block).Select(Started)).WaitAsync(_cancellationToken);
        var begin = _options.Time.GetTimestamp();
        var before = GC.GetTotalAllocatedBytes();
        try
        {
            var value = await new DatasourceRun(block, order, _scope, _tools).EvaluateAsync(_cancellationToken);
            Done(name, begin, before, value, null);
            return value;
        }
        catch (EvaluationFault fault)
        {
            _faults.Enqueue(fault);
            Done(name, begin, before, null, fault.Message);
            throw;
        }
        catch (RowSpaceException e)
        {
            var fault = new EvaluationFault($"datasource `{name}`: {e.Message}") { Datasource = name, Line = block.At.Line };
            _faults.Enqueue(fault);
            Done(name, begin, before, null, fault.Message);
            throw fault;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var fault = new EvaluationFault($"datasource `{name}`: the recording cannot be used: {e.Message.TrimEnd('.')}")
            {
                Datasource = name,
            };
            _faults.Enqueue(fault);
            Done(name, begin, before, null, fault.Message);
            throw fault;
        }
        catch (OperationCanceledException)
        {
            var fault = TooLong(name);
            _faults.Enqueue(fault);
            Done(name, begin, before, null, fault.Message);
            throw fault;
        }
    }

    private void Done(string name, long begin, long before, object? value, string? error)
    {
        var profile = new DatasourceProfile(
            name, _options.Time.GetElapsedTime(begin).TotalMilliseconds,
            value is IReadOnlyList<object?> list ? list.Count : value is null ? 0 : 1,
            GC.GetTotalAllocatedBytes() - before, error is null ? null : _secrets.Remove(error))
        {
            Held = ValueSize.InMemory(value),
            OnDisk = value is RowList packed ? packed.OnDisk : 0,
        };
        _profile.Enqueue(profile);
        _options.Progress?.Invoke(profile);
    }

    private EvaluationFault TooLong(string name) => new(
        $"{(name.Length > 0 ? $"datasource `{name}`: " : "")}stopped: the evaluation took longer than "
        + $"{_options.Longest.TotalSeconds:0} seconds")
    {
        Datasource = name.Length > 0 ? name : null,
    };

    private object? Value(string name) => _parameters.TryGetValue(name, out var parameter) ? parameter
        : _values.TryGetValue(name, out var task) && task.Value.IsCompletedSuccessfully ? task.Value.Result : null;

    private object? SecretOf(string name)
    {
        var secret = _options.Credentials.Secret(name)
            ?? throw new TermFault(
                $"the credentials file holds no `{name}`{Core.Errors.DidYouMean.Hint(name, _options.Credentials.Names)}");
        _secrets.Add(secret);
        return secret;
    }

    private static RunError Error(EvaluationFault fault) =>
        new(fault.Message, fault.Parameter, fault.Datasource, fault.Status, fault.Line, fault.Credentials);
}
