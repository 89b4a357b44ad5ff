using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Reeve.Actors.Inputs;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Time;

namespace Reeve.Actors.Email;

/// <summary>Sends a mail. Tries once; a repetition has the same <c>Message-ID</c>, by which mail systems recognise it.</summary>
/// <param name="settings">The operator's mail server; null when there is none, then every call says so.</param>
/// <param name="time">The clock.</param>
public sealed class EmailActor(EmailSettings? settings, TimeProvider time) : IActor
{
    private const int LongestSubject = 900;
    private const int LongestBody = 1024 * 1024;

    /// <inheritdoc/>
    public string Name => "email";

    /// <inheritdoc/>
    public IEnumerable<string> Check(JsonElement inputs) => Read(inputs).Mistakes;

    /// <inheritdoc/>
    public async Task<ActorOutcome> ActAsync(ActorCall call, CancellationToken cancellationToken)
    {
        var (inputs, mistakes) = Read(call.Inputs);
        if (mistakes.Count > 0 || settings is null)
        {
            return ActorOutcome.Failed(string.Join("; ", mistakes), transient: false);
        }

        string? password = null;
        if (settings is { User: not null, Password: { } source })
        {
            (password, var problem) = source.Find();
            if (problem is not null)
            {
                return ActorOutcome.Failed($"email: {problem}", transient: false);
            }
        }

        using var message = Message(inputs, call);
        using var client = new SmtpClient(settings.Host, settings.Port) { EnableSsl = settings.Tls };
        if (settings.User is { } user)
        {
            client.Credentials = new NetworkCredential(user, password);
        }

        using var limit = new CancellationTokenSource(settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // Waited for apart from its own cancellation, which does not interrupt every state of the protocol.
            await client.SendMailAsync(message, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            return ActorOutcome.Done(Json.Object(("message_id", message.Headers["Message-ID"])));
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // The client reports a cancellation as a failure of the server, depending on where it was.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (e is OperationCanceledException or SmtpException && limit.IsCancellationRequested)
        {
            return ActorOutcome.Failed($"{Server}: the mail was not taken within {Durations.Format(settings.Timeout)}", transient: true);
        }
        catch (SmtpException e)
        {
            return Refused(e, message);
        }
        catch (AuthenticationException e)
        {
            return ActorOutcome.Failed($"{Server}: no encrypted connection: {e.Message.TrimEnd('.')}", transient: false);
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            return ActorOutcome.Failed($"{Server}: {e.Message.TrimEnd('.')}", transient: e is IOException);
        }
    }

    private string Server => string.Create(CultureInfo.InvariantCulture, $"mail server {settings?.Host}:{settings?.Port}");

    private ActorOutcome Refused(SmtpException e, MailMessage message)
    {
        // With some recipients served, a repetition would serve those twice.
        var refused = e is SmtpFailedRecipientsException many ? many.InnerExceptions.Length : e is SmtpFailedRecipientException ? 1 : 0;
        var someServed = refused > 0 && refused < message.To.Count + message.CC.Count;
        var transient = !someServed && (int)e.StatusCode is < 0 or (>= 400 and < 500);
        var why = e.InnerException?.InnerException?.Message ?? e.InnerException?.Message ?? e.Message;
        var whom = e is SmtpFailedRecipientException { FailedRecipient: { Length: > 0 } one } ? $" for {one}" : "";
        var rest = someServed ? ", the other recipients were served" : "";
        return ActorOutcome.Failed($"{Server}: {why.TrimEnd('.')}{whom}{rest}", transient);
    }

    private MailMessage Message(EmailInputs inputs, ActorCall call)
    {
        var message = new MailMessage
        {
            From = new MailAddress(inputs.From),
            Subject = inputs.Subject,
            SubjectEncoding = Encoding.UTF8,
            Body = inputs.Body ?? Explanation(call),
            BodyEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
        };
        foreach (var to in inputs.To)
        {
            message.To.Add(new MailAddress(to));
        }

        foreach (var cc in inputs.Cc)
        {
            message.CC.Add(new MailAddress(cc));
        }

        if (inputs.Html is { } html)
        {
            message.AlternateViews.Add(AlternateView.CreateAlternateViewFromString(html, Encoding.UTF8, MediaTypeNames.Text.Html));
        }

        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{call.Scope}\n{call.IdempotencyKey}")).AsSpan(0, 16));
        message.Headers.Add("Message-ID", $"<{key}@{message.From.Host}>");
        message.Headers.Add("Date", time.GetUtcNow().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    private static string Explanation(ActorCall call)
    {
        var context = call.Context.ValueKind == JsonValueKind.Undefined ? "" : Encoding.UTF8.GetString(Indented(call.Context));
        return $"target: {call.Target ?? "none"}\nexecution: {call.Execution}\n\n{context}\n";
    }

    private static byte[] Indented(JsonElement value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            value.WriteTo(writer);
        }

        return buffer.ToArray();
    }

    private (EmailInputs Inputs, List<string> Mistakes) Read(JsonElement inputs)
    {
        var mistakes = new List<string>();
        if (settings is null)
        {
            mistakes.Add("email: no mail server is configured; name one when Reeve is started");
        }

        var reader = new InputReader(inputs, mistakes);
        var read = new EmailInputs(
            reader.Texts("to", single: true),
            reader.Texts("cc", single: true),
            reader.Text("from") ?? settings?.From ?? "reeve@localhost",
            reader.RequiredText("subject"),
            reader.Text("body"),
            reader.Text("html"));
        if (read.To.IsEmpty)
        {
            reader.Report("to", "expected at least one address");
        }

        var addresses = read.To.Select(to => ("to", to)).Concat(read.Cc.Select(cc => ("cc", cc))).Append(("from", read.From));
        foreach (var (name, address) in addresses)
        {
            if (HasControl(address) || !MailAddress.TryCreate(address, out _))
            {
                reader.Report(name, $"`{(HasControl(address) ? "…" : address)}` is no mail address");
            }
        }

        // A line end in a header would let a value from an event write headers of its own.
        if (HasControl(read.Subject) || read.Subject.Length > LongestSubject)
        {
            reader.Report("subject", $"must be one line of at most {LongestSubject} characters");
        }

        if (read.Body?.Length > LongestBody || read.Html?.Length > LongestBody)
        {
            reader.Report(read.Body?.Length > LongestBody ? "body" : "html", $"is longer than {LongestBody} characters");
        }

        reader.Close();
        return (read, mistakes);
    }

    private static bool HasControl(string text) => text.Any(char.IsControl);

    private sealed record EmailInputs(
        ImmutableArray<string> To, ImmutableArray<string> Cc, string From, string Subject, string? Body, string? Html);
}
