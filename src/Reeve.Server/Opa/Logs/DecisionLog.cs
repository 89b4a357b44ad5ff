using System.Buffers;
using System.Text.Json;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Opa.Config;
using Reeve.Server.Opa.Decisions;
using Reeve.Server.Opa.Documents;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa.Logs;

/// <summary>
/// Logs decisions: drops and masks what the policies in <c>system.log</c> say, and hands the rest to the console and to the sender.
/// </summary>
internal sealed class DecisionLog : IAsyncDisposable
{
    private readonly OpaRoom _room;
    private readonly DecisionLogSettings _settings;
    private readonly LogSender? _sender;
    private readonly TextWriter _console;
    private readonly Lock _rate = new();
    private double _allowance;
    private long _refilled;
    private long _dropped;
    private long _rateDropped;
    private long _failed;

    public DecisionLog(OpaRoom room, DecisionLogSettings settings, TextWriter console)
    {
        (_room, _settings, _console) = (room, settings, console);
        _sender = settings.Service is null ? null : new LogSender(settings, room.Time);
        _allowance = settings.MostPerSecond ?? 0;
        _refilled = room.Time.GetTimestamp();
    }

    /// <summary>Takes a decision; it never waits for the outside.</summary>
    public void Take(DecisionRecord record, Value? result, OpaProblem? problem)
    {
        try
        {
            var logged = new LoggedDecision(_room, record, result, problem);
            if (IsDropped(logged))
            {
                Interlocked.Increment(ref _dropped);
                return;
            }

            if (!MayPass())
            {
                Interlocked.Increment(ref _rateDropped);
                return;
            }

            DecisionMask.Apply(logged, Ask(_settings.MaskDecision, logged));
            var bytes = logged.ToJson(_settings.Headers);
            _sender?.Take(bytes);
            if (_settings.Console)
            {
                WriteToConsole(bytes);
            }
        }
        catch (OpaProblem)
        {
            // INVARIANT: what could not be masked is not logged: it may hold what nobody may see
            Interlocked.Increment(ref _failed);
        }
    }

    public void WriteStatus(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("decision_logs");
        var (waiting, overflown, sent, message, code) = _sender?.Status ?? default;
        if (message is not null)
        {
            writer.WriteString("code", "decision_log_error");
            writer.WriteString("message", message);
        }

        if (code is { } number)
        {
            writer.WriteString("http_code", number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        writer.WriteStartObject("metrics");
        writer.WriteNumber("counter_decision_logs_waiting", waiting);
        writer.WriteNumber("counter_decision_logs_sent", sent);
        writer.WriteNumber("counter_decision_logs_dropped_by_policy", Interlocked.Read(ref _dropped));
        writer.WriteNumber("counter_decision_logs_dropped_rate_limit_exceeded", Interlocked.Read(ref _rateDropped));
        writer.WriteNumber("counter_decision_logs_dropped_buffer_size_limit_exceeded", overflown);
        writer.WriteNumber("counter_decision_logs_mask_failed", Interlocked.Read(ref _failed));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public async ValueTask DisposeAsync()
    {
        if (_sender is not null)
        {
            await _sender.DisposeAsync();
        }
    }

    private bool IsDropped(LoggedDecision logged) => Ask(_settings.DropDecision, logged) is BooleanValue { Boolean: true };

    // most have no policy for it, and then nothing is made of the decision to ask about
    private Value? Ask(string path, LoggedDecision logged)
    {
        var parts = OpaPath.Parse(path);
        var snapshot = logged.Record.Snapshot;
        return snapshot.Program.HasRulesAt(parts, snapshot)
            ? _room.Decider.Document(snapshot, path, logged.AsValue(), default, CancellationToken.None)
            : null;
    }

    private bool MayPass()
    {
        if (_settings.MostPerSecond is not { } most)
        {
            return true;
        }

        lock (_rate)
        {
            var now = _room.Time.GetTimestamp();
            _allowance = Math.Min(Math.Max(1, most), _allowance + (_room.Time.GetElapsedTime(_refilled, now).TotalSeconds * most));
            _refilled = now;
            if (_allowance < 1)
            {
                return false;
            }

            _allowance--;
            return true;
        }
    }

    private void WriteToConsole(byte[] json)
    {
        var line = new ArrayBufferWriter<byte>(json.Length + 128);
        line.Write("{\"level\":\"info\",\"msg\":\"Decision Log\",\"type\":\"openpolicyagent.org/decision_logs\","u8);
        line.Write(json.AsSpan(1));
        lock (_console)
        {
            _console.WriteLine(System.Text.Encoding.UTF8.GetString(line.WrittenSpan));
            _console.Flush();
        }
    }
}
