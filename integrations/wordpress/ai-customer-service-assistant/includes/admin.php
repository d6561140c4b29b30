<?php
/**
 * The menu "AI Assistant": one page with all settings, for who may change those of the site.
 *
 * @package AICustomerServiceAssistant
 */

namespace AICustomerServiceAssistant;

defined( 'ABSPATH' ) || exit;

const PAGE       = 'ai-customer-service-assistant';
const SAVE       = 'ai_customer_service_assistant_save';
const CAPABILITY = 'manage_options';
const TOLD       = 'ai_customer_service_assistant_told';

add_action(
	'admin_menu',
	static function () {
		add_menu_page(
			__( 'AI Customer Service Assistant', 'ai-customer-service-assistant' ),
			__( 'AI Assistant', 'ai-customer-service-assistant' ),
			CAPABILITY,
			PAGE,
			__NAMESPACE__ . '\show_page',
			'dashicons-format-chat'
		);
	}
);

add_filter(
	'plugin_action_links_' . plugin_basename( FILE ),
	static function ( array $links ): array {
		array_unshift( $links, sprintf( '<a href="%s">%s</a>', esc_url( page_address() ), esc_html__( 'Settings', 'ai-customer-service-assistant' ) ) );
		return $links;
	}
);

/**
 * Where the page is.
 */
function page_address(): string {
	return admin_url( 'admin.php?page=' . PAGE );
}

/**
 * Saves what the form sent. What is not allowed stays as it was, and is named.
 */
function save(): void {
	if ( ! current_user_can( CAPABILITY ) ) {
		wp_die( esc_html__( 'You are not allowed to change these settings.', 'ai-customer-service-assistant' ), '', array( 'response' => 403 ) );
	}
	check_admin_referer( SAVE );
	$sent     = isset( $_POST['set'] ) && is_array( $_POST['set'] ) ? wp_unslash( $_POST['set'] ) : array(); // phpcs:ignore WordPress.Security.ValidatedSanitizedInput.InputNotSanitized
	$before   = settings();
	$after    = clean( $sent );
	$mistakes = array();
	foreach ( array( 'address', 'assistant_id', 'primary_color' ) as $name ) {
		if ( '' === $after[ $name ] && '' !== text_of( $sent, $name ) ) {
			$after[ $name ] = $before[ $name ];
			$mistakes[]     = $name;
		}
	}
	update_option( OPTION, $after );
	save_key( $sent );
	look_again();
	choose_the_only_one();
	set_transient( told_to(), $mistakes, MINUTE_IN_SECONDS );
	wp_safe_redirect( add_query_arg( 'saved', '1', page_address() ) );
	exit;
}
add_action( 'admin_post_' . SAVE, __NAMESPACE__ . '\save' );

/**
 * A typed key takes the place of the stored one; nothing typed leaves it, and "forget" removes it.
 *
 * @param array $sent What the form sent.
 */
function save_key( array $sent ): void {
	$typed = preg_replace( '/[^\x21-\x7e]/', '', text_of( $sent, 'key' ) );
	if ( ! empty( $sent['forget_key'] ) ) {
		delete_option( KEY_OPTION );
	} elseif ( '' !== $typed && ! key_is_fixed() ) {
		// Not read with every page: only this menu needs it.
		update_option( KEY_OPTION, substr( $typed, 0, MOST_LENGTH ), false );
	}
}

/**
 * Where the key sees one assistant and none was chosen, it is that one.
 */
function choose_the_only_one(): void {
	$settings = settings();
	$there    = array_keys( connection()['assistants'] );
	if ( '' === $settings['assistant_id'] && 1 === count( $there ) ) {
		$settings['assistant_id'] = (string) $there[0];
		update_option( OPTION, $settings );
	}
}

/**
 * Whose notices these are.
 */
function told_to(): string {
	return TOLD . '_' . get_current_user_id();
}

/**
 * Draws the page.
 */
function show_page(): void {
	if ( ! current_user_can( CAPABILITY ) ) {
		return;
	}
	$settings   = settings();
	$connection = connection();
	$mistakes   = get_transient( told_to() );
	$is_saved   = isset( $_GET['saved'] ) && is_array( $mistakes ); // phpcs:ignore WordPress.Security.NonceVerification.Recommended
	delete_transient( told_to() );
	require __DIR__ . '/page.php';
}

/**
 * What the page says of the connection, and how it is marked.
 *
 * @param array $connection As `connection()` gives it.
 * @return string[] A class and a text.
 */
function said_of( array $connection ): array {
	$count = count( $connection['assistants'] );
	$texts = array(
		'none'        => array( 'info', __( 'Type the address of your installation to begin.', 'ai-customer-service-assistant' ) ),
		/* translators: %d: how many assistants there are */
		'connected'   => array( 'success', sprintf( _n( 'Connected. The key sees %d assistant.', 'Connected. The key sees %d assistants.', $count, 'ai-customer-service-assistant' ), $count ) ),
		'there'       => array( 'success', __( 'The installation answers. With an API key you can choose the assistant from a list.', 'ai-customer-service-assistant' ) ),
		'empty'       => array( 'warning', __( 'The key counts, but sees no assistant. Make one in the panel first.', 'ai-customer-service-assistant' ) ),
		'key'         => array( 'error', __( 'The API key does not count: it was revoked, has ended, or is of another installation.', 'ai-customer-service-assistant' ) ),
		'scope'       => array( 'error', __( 'The API key may not see assistants. Give it that scope in the panel, under Settings, API.', 'ai-customer-service-assistant' ) ),
		'unreachable' => array( 'error', __( 'Nothing answers at this address. Visitors\' browsers may reach it all the same; this server does not.', 'ai-customer-service-assistant' ) ),
		'other'       => array( 'error', __( 'What answers at this address is not the installation. Copy the address from its panel.', 'ai-customer-service-assistant' ) ),
	);
	return $texts[ $connection['state'] ] ?? $texts['other'];
}

/**
 * What fields are called, where one is named in a notice.
 *
 * @return array<string, string>
 */
function field_names(): array {
	return array(
		'address'       => __( 'Address', 'ai-customer-service-assistant' ),
		'assistant_id'  => __( 'Assistant', 'ai-customer-service-assistant' ),
		'primary_color' => __( 'Color', 'ai-customer-service-assistant' ),
	);
}
