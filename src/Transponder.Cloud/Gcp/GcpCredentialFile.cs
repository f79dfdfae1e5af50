using System.Text.Json;
using Transponder.Cloud.Aws;

namespace Transponder.Cloud.Gcp;

/// <summary>Credentials files of every kind that Google's tools write.</summary>
internal static class GcpCredentialFile
{
    private const int LargestFile = 256 * 1024;

    /// <summary>The way to a token that a file describes, and the project that it charges.</summary>
    public static (IGcpGrant Grant, string? QuotaProject) Load(string path, GcpHttp http, AwsEnvironment aws, TimeProvider time)
    {
        JsonElement file;
        try
        {
            file = JsonElement.Parse(Read(path, "the credentials file"));
        }
        catch (JsonException)
        {
            throw new GcpCredentialException($"the credentials file {path} is not JSON");
        }
        return (Grant(file, path, http, aws, time), file.Text("quota_project_id"));
    }

    /// <summary>A file's text.</summary>
    public static string Read(string path, string what)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > LargestFile)
                throw new GcpCredentialException($"{what} {path} is larger than 256 KB");
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var state = error switch
            {
                FileNotFoundException or DirectoryNotFoundException => "does not exist",
                UnauthorizedAccessException => "may not be read",
                _ => "cannot be read",
            };
            throw new GcpCredentialException($"{what} {path} {state}", error);
        }
    }

    private static IGcpGrant Grant(JsonElement file, string path, GcpHttp http, AwsEnvironment aws, TimeProvider time)
    {
        switch (file.Text("type"))
        {
            case "service_account":
                return new ServiceAccountGrant(file, http, time);
            case "authorized_user":
                return new RefreshTokenGrant(file, http, time);
            case "external_account":
                var federated = new FederatedGrant(file, http, aws, time);
                return file.Text("service_account_impersonation_url") is null ? federated : new ImpersonatedGrant(file, federated, http);
            case "impersonated_service_account":
                var source = file.Object("source_credentials") ?? throw new GcpCredentialException($"{path} has no source_credentials");
                return source.Text("type") == "impersonated_service_account"
                    ? throw new GcpCredentialException($"{path}: an impersonated account cannot stand on another one; use delegates")
                    : new ImpersonatedGrant(file, Grant(source, path, http, aws, time), http);
            case var other:
                throw new GcpCredentialException($"the credentials file {path} is of type \"{other}\", which is not known");
        }
    }
}
