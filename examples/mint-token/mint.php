<?php
// Mints a member token with a secret (HS256). PHP's own hash_hmac, no packages.

function mint_token(string $secret, string $program, string $member, int $life_s = 300): string
{
    $part = fn (string $data): string => rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
    $json = fn (array $value): string => json_encode($value, JSON_THROW_ON_ERROR);
    $now = time();
    $header = $part($json(['alg' => 'HS256', 'typ' => 'JWT']));
    $claims = $part($json([
        'aud' => $program,
        'sub' => $member,
        'iat' => $now,
        'exp' => $now + $life_s,
        'jti' => bin2hex(random_bytes(16)),
    ]));
    $signature = $part(hash_hmac('sha256', "$header.$claims", $secret, true));
    return "$header.$claims.$signature";
}

if (PHP_SAPI === 'cli' && realpath($argv[0]) === __FILE__) {
    [, $program, $member] = $argv;
    echo mint_token(getenv('STAMPCARD_TOKEN_SECRET'), $program, $member), "\n";
}
