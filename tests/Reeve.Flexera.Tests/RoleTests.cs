using Reeve.Core.Time;
using Reeve.Flexera.Credentials;
using Reeve.Flexera.Network;

namespace Reeve.Flexera.Tests;

public sealed class RoleTests
{
    private const string Reader = "arn:aws:iam::111111111111:role/path/reader";

    private readonly VirtualTime _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_role_is_assumed_once_and_again_when_its_keys_end()
    {
        var traffic = Answering("2026-03-01T01:00:00Z");
        var roles = new RoleSource(traffic.Sender(), new Secrets(), _time);
        var fields = Fields();
        var keys = await roles.KeysAsync(fields, "", CancellationToken.None);
        Assert.Equal(new AwsKeys("ASIA1", "secret-two", "session-token"), keys);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => roles.KeysAsync(fields, "", CancellationToken.None)));
        Assert.Single(traffic.Came);
        _time.Advance(TimeSpan.FromMinutes(59.6));
        await roles.KeysAsync(fields, "", CancellationToken.None);
        Assert.Equal(2, traffic.Came.Count);
    }

    [Theory]
    [InlineData("", "arn%3Aaws%3Aiam%3A%3A111111111111%3Arole%2Fpath%2Freader")]
    [InlineData("222233334444", "arn%3Aaws%3Aiam%3A%3A222233334444%3Arole%2Fpath%2Freader")]
    [InlineData("2222-3333-4444", "arn%3Aaws%3Aiam%3A%3A222233334444%3Arole%2Fpath%2Freader")]
    [InlineData("12345678", "arn%3Aaws%3Aiam%3A%3A000012345678%3Arole%2Fpath%2Freader")]
    public async Task The_role_is_the_one_of_the_account_that_is_named(string account, string role)
    {
        var traffic = Answering("");
        await new RoleSource(traffic.Sender(), new Secrets(), _time).KeysAsync(Fields(), account, CancellationToken.None);
        Assert.Contains($"&RoleArn={role}&", traffic.Came[0].Request.Address.Query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arn:aws:iam::1:role/r", "", "sts.amazonaws.com", "us-east-1")]
    [InlineData("arn:aws:iam::1:role/r", "eu-west-1", "sts.eu-west-1.amazonaws.com", "eu-west-1")]
    [InlineData("arn:aws-cn:iam::1:role/r", "", "sts.cn-north-1.amazonaws.com.cn", "cn-north-1")]
    [InlineData("arn:aws-cn:iam::1:role/r", "cn-northwest-1", "sts.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1")]
    [InlineData("arn:aws-us-gov:iam::1:role/r", "", "sts.us-gov-west-1.amazonaws.com", "us-gov-west-1")]
    public async Task The_service_that_gives_keys_is_the_one_of_the_partition(string role, string region, string host, string signedFor)
    {
        var traffic = Answering("");
        await new RoleSource(traffic.Sender(), new Secrets(), _time).KeysAsync(
            Fields(("role_arn", role), ("region", region)), "", CancellationToken.None);
        var request = traffic.Came[0].Request;
        Assert.Equal(host, request.Host);
        Assert.Contains($"/{signedFor}/sts/aws4_request", request.Header("Authorization"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403,
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>AccessDenied</Code>"
        + "<Message>User: u is not authorized to perform: sts:AssumeRole.</Message></Error></ErrorResponse>",
        "the role `" + Reader + "` was refused with HTTP status 403: AccessDenied: User: u is not authorized to perform: sts:AssumeRole")]
    [InlineData(400, "", "the role `" + Reader + "` was refused with HTTP status 400")]
    [InlineData(400, "<html", "the role `" + Reader + "` was refused with HTTP status 400")]
    [InlineData(200, "<A><Credentials><AccessKeyId>x</AccessKeyId></Credentials></A>", "the answer holds no keys")]
    [InlineData(200, "{}", "the answer holds no keys")]
    public async Task A_refused_role_is_said_as_the_service_says_it(int status, string body, string message)
    {
        var traffic = new ToldTraffic(_time, _ => ToldTraffic.Say(status, body));
        var fault = await Assert.ThrowsAsync<SigningFault>(
            () => new RoleSource(traffic.Sender(), new Secrets(), _time).KeysAsync(Fields(), "", CancellationToken.None));
        Assert.Equal($"credentials `a`: signing failed: {message}", fault.Message);
    }

    [Theory]
    [InlineData("role_arn", "reader", "", "`role_arn` is `reader`, which is no role; write arn:aws:iam::123456789012:role/NAME")]
    [InlineData("secret_key", "", "", "the field `secret_key` is missing")]
    [InlineData("access_key", "", "", "the field `access_key` is missing")]
    [InlineData("region", "", "a/b", "signing failed: `aws_account_number` is `a/b`, which is no account number")]
    public async Task What_cannot_be_asked_for_is_said_before_it_is(string field, string value, string account, string message)
    {
        var traffic = Answering("");
        var fault = await Assert.ThrowsAsync<SigningFault>(() => new RoleSource(traffic.Sender(), new Secrets(), _time).KeysAsync(
            Fields((field, value)), account, CancellationToken.None));
        Assert.Equal($"credentials `a`: {message}", fault.Message);
        Assert.Empty(traffic.Came);
    }

    private ToldTraffic Answering(string expiration) => new(_time, _ => ToldTraffic.Say(200,
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>"
        + "<AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>secret-two</SecretAccessKey><SessionToken>session-token</SessionToken>"
        + $"<Expiration>{expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"));

    private static CredentialFields Fields(params (string Name, string Value)[] others)
    {
        var fields = new OrderedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["access_key"] = "AKIDEXAMPLE",
            ["secret_key"] = "secret-one",
            ["role_arn"] = Reader,
        };
        foreach (var (name, value) in others)
        {
            fields[name] = value;
        }

        return new CredentialFields("a", fields);
    }
}
